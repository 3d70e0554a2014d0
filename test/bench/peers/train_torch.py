"""Trains one of the suite's networks with PyTorch, an epoch for every line read, and prints its seconds.

    python3 train_torch.py cnn|ds-cnn|autoencoder

The first line printed is the version of PyTorch. Networks, recipe and sizes are those of networks.ts; images lie in memory as
its convolutions are fastest on.
"""

import os
import sys
import time

import torch
from torch import nn

SAMPLES = 2000
BATCH = 32


def normalized(layer, channels, norm):
    return [layer, norm(channels), nn.ReLU()]


def cnn():
    body = [nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Conv2d(8, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()]
    return body + [nn.Linear(16 * 12 * 12, 10)], (1, 28, 28), 10


def ds_cnn():
    # The padding of "same" with strides of 2, which PyTorch has no name for.
    first = nn.Sequential(nn.ZeroPad2d((1, 1, 4, 5)), nn.Conv2d(1, 64, (10, 4), stride=2, bias=False))
    body = normalized(first, 64, nn.BatchNorm2d)
    for _ in range(4):
        body += normalized(nn.Conv2d(64, 64, 3, padding=1, groups=64, bias=False), 64, nn.BatchNorm2d)
        body += normalized(nn.Conv2d(64, 64, 1, bias=False), 64, nn.BatchNorm2d)
    return body + [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 12)], (1, 49, 10), 12


def autoencoder():
    body = []
    size = 640
    for units in [128] * 4 + [8] + [128] * 4:
        body += normalized(nn.Linear(size, units), units, nn.BatchNorm1d)
        size = units
    return body + [nn.Linear(size, 640)], (640,), None


def main():
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    torch.manual_seed(1)
    body, shape, classes = {"cnn": cnn, "ds-cnn": ds_cnn, "autoencoder": autoencoder}[sys.argv[1]]()
    x = torch.rand((SAMPLES, *shape))
    y = x if classes is None else torch.randint(classes, (SAMPLES,))
    model = nn.Sequential(*body)
    if len(shape) == 3:
        x = x.to(memory_format=torch.channels_last)
        model = model.to(memory_format=torch.channels_last)
    loss_of = nn.MSELoss() if classes is None else nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001, eps=1e-7)
    print(torch.__version__, flush=True)
    for _ in sys.stdin:
        started = time.perf_counter()
        order = torch.randperm(SAMPLES)
        for first in range(0, SAMPLES, BATCH):
            batch = order[first : first + BATCH]
            optimizer.zero_grad()
            loss_of(model(x[batch]), y[batch]).backward()
            optimizer.step()
        print(time.perf_counter() - started, flush=True)


main()
