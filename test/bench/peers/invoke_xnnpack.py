"""Runs a .tflite file on one thread with LiteRT and its XNNPACK: for every line read, the least seconds of one invoke.

    python3 invoke_xnnpack.py MODEL

The first line printed is the package and its version. Numbers of the input do not matter.
"""

import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy

try:
    import ai_edge_litert as package
    from ai_edge_litert.interpreter import Interpreter
except ImportError:
    import tensorflow as package
    from tensorflow.lite import Interpreter

BLOCK_SECONDS = 0.005
BLOCKS = 200


def main():
    interpreter = Interpreter(model_path=sys.argv[1], num_threads=1)
    interpreter.allocate_tensors()
    for detail in interpreter.get_input_details():
        count = int(numpy.prod(detail["shape"]))
        values = (numpy.arange(count) * 37 % 256).astype(numpy.uint8).view(numpy.int8)
        interpreter.set_tensor(detail["index"], values.astype(detail["dtype"]).reshape(detail["shape"]))
    print(package.__name__, package.__version__, flush=True)
    for _ in sys.stdin:
        calls = 1
        least = float("inf")
        for _ in range(BLOCKS):
            started = time.perf_counter()
            for _ in range(calls):
                interpreter.invoke()
            seconds = time.perf_counter() - started
            if seconds < BLOCK_SECONDS:
                calls *= 2
            least = min(least, seconds / calls if seconds >= BLOCK_SECONDS else least)
        print(least, flush=True)


main()
