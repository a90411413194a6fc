# flip_day COMITY FILE VKEY: flips one bit of each of many records of a day, and of its head: comity desk verify must refuse each, and say where.
import re
import struct
import subprocess
import sys

comity, path, vkey = sys.argv[1:]
whole = open(path, 'rb').read()
frames, at = [], whole.index(b'\n') + 1
while at < len(whole):
    length = struct.unpack('>H', whole[at:at + 2])[0]
    frames.append((at, 2 + length))
    at += 2 + length
assert at == len(whole)
step = max(1, len(frames) // 50)
chosen = sorted(set(list(range(0, len(frames), step)) + [0, 1, len(frames) - 1]))
for n, i in enumerate(chosen):
    start, length = frames[i]
    place = start + 2 + (n * 7919) % (length - 2)  # anywhere in it
    flipped = bytearray(whole)
    flipped[place] ^= 1 << n % 8
    open('flipped.day', 'wb').write(flipped)
    done = subprocess.run([comity, 'desk', 'verify', 'flipped.day', '--log', vkey], capture_output=True, text=True)
    said = done.stderr
    if done.returncode != 1 or 'does NOT hold' not in said:
        sys.exit(f'record {i + 1} ({chr(whole[start + 2])}), byte {place - start}: {done.returncode} {said}')
    named = re.search(r'record (\d+)', said)
    if whole[start + 2:start + 3] in b'ED' and not named:
        sys.exit(f'record {i + 1}: it is not said where: {said}')
print(f'{len(chosen)} of {len(frames)} records')
