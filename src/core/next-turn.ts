/** What a browser's message port has, and Node's too, but not in its typings. */
interface WebPort {
  onmessage: (() => void) | null;
  postMessage(message: null): void;
  close(): void;
}

/**
 * Resolves when what waits has had its turn: signals, timers, messages. Browsers have no `setImmediate`, and their
 * `setTimeout` waits at least 4 ms.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') {
      setImmediate(resolve);
      return;
    }
    const { port1, port2 } = new MessageChannel() as unknown as { port1: WebPort; port2: WebPort };
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
