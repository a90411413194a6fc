"""The peer: M/M/5 at load 0.9 in SimPy, customers a second and the mean wait.   desk_simpy.py CUSTOMERS"""
import random
import sys
import time

import simpy

customers, counters, load = int(sys.argv[1]), 5, 0.9
random.seed(1)
waited = []


def customer(env, hall):
    come = env.now
    with hall.request() as request:
        yield request
        waited.append(env.now - come)
        yield env.timeout(random.expovariate(1))


def source(env, hall):
    for _ in range(customers):
        env.process(customer(env, hall))
        yield env.timeout(random.expovariate(load * counters))


env = simpy.Environment()
begun = time.perf_counter()
env.process(source(env, simpy.Resource(env, counters)))
env.run()
print(f'{customers / (time.perf_counter() - begun):.0f} {sum(waited) / len(waited):.4f}')
