"""Trains one of the suite's networks with Keras, an epoch for every line read, and prints its seconds.

    python3 train_keras.py cnn|ds-cnn|autoencoder

The first line printed is the version of TensorFlow. Networks, recipe and sizes are those of networks.ts.
"""

import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy
import tensorflow
from keras import Sequential, callbacks, layers

SAMPLES = 2000
BATCH = 32


def normalized(layer):
    return [layer, layers.BatchNormalization(), layers.ReLU()]


def cnn():
    body = [
        layers.Conv2D(8, 3, activation="relu"),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ]
    return body, (28, 28, 1), 10


def ds_cnn():
    body = normalized(layers.Conv2D(64, (10, 4), strides=2, padding="same", use_bias=False))
    for _ in range(4):
        body += normalized(layers.DepthwiseConv2D(3, padding="same", use_bias=False))
        body += normalized(layers.Conv2D(64, 1, padding="same", use_bias=False))
    body += [layers.GlobalAveragePooling2D(), layers.Dense(12, activation="softmax")]
    return body, (49, 10, 1), 12


def autoencoder():
    body = []
    for units in [128] * 4 + [8] + [128] * 4:
        body += normalized(layers.Dense(units))
    return body + [layers.Dense(640)], (640,), None


class OnRequest(callbacks.Callback):
    """Waits for a line before every epoch; leaves when there are no more lines."""

    def on_epoch_begin(self, epoch, logs=None):
        if not sys.stdin.readline():
            os._exit(0)
        self.started = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None):
        print(time.perf_counter() - self.started, flush=True)


def main():
    body, shape, classes = {"cnn": cnn, "ds-cnn": ds_cnn, "autoencoder": autoencoder}[sys.argv[1]]()
    random = numpy.random.default_rng(1)
    x = random.random((SAMPLES, *shape), dtype=numpy.float32)
    y = x if classes is None else numpy.eye(classes, dtype=numpy.float32)[random.integers(classes, size=SAMPLES)]
    model = Sequential([layers.Input(shape), *body])
    model.compile("adam", "mse" if classes is None else "categorical_crossentropy")
    print(tensorflow.__version__, flush=True)
    # One long training, so that what fit() prepares is not counted.
    model.fit(x, y, batch_size=BATCH, epochs=1_000_000, verbose=0, callbacks=[OnRequest()])


main()
