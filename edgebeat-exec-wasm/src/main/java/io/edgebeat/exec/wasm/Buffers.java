package io.edgebeat.exec.wasm;

import io.edgebeat.exec.wasm.GuestEnd.Fault;
import io.edgebeat.exec.wasm.wasi.Errno;
import io.edgebeat.exec.wasm.wasi.WasiError;

/** The buffers of one call, each checked, filled or emptied one after another. */
final class Buffers {
  private static final int MOST = 1_024;

  private final GuestMemory memory;
  private final long[] addresses;
  private final int[] sizes;
  private final int total;
  private int current;
  private int used;

  private Buffers(GuestMemory memory, long[] addresses, int[] sizes, int total) {
    this.memory = memory;
    this.addresses = addresses;
    this.sizes = sizes;
    this.total = total;
  }

  /** Reads an array of addresses and sizes. */
  static Buffers of(PaidMemory memory, long address, long count) throws Fault, WasiError {
    if (count > MOST) {
      throw new WasiError(Errno.INVAL);
    }
    int word = memory.wordBytes();
    memory.check(address, count * 2 * word);
    long[] addresses = new long[(int) count];
    int[] sizes = new int[(int) count];
    long total = 0;
    for (int i = 0; i < count; i++) {
      long start = memory.readWord(address + 2L * i * word);
      long size = memory.readWord(address + (2L * i + 1) * word);
      memory.check(start, size);
      total += size;
      if (total > Integer.MAX_VALUE) {
        throw new WasiError(Errno.INVAL);
      }
      addresses[i] = start;
      sizes[i] = (int) size;
    }
    return new Buffers(memory, addresses, sizes, (int) total);
  }

  /** The size of all of them. */
  int total() {
    return total;
  }

  /** Fills the next ones; there must be room. */
  void put(byte[] source, int offset, int count) throws Fault {
    for (int done = 0; done < count; ) {
      int part = next(count - done);
      memory.write(addresses[current] + used, source, offset + done, part);
      used += part;
      done += part;
    }
  }

  /** Empties the next ones; there must be so much. */
  void take(byte[] target, int offset, int count) throws Fault {
    for (int done = 0; done < count; ) {
      int part = next(count - done);
      byte[] bytes = memory.read(addresses[current] + used, part);
      System.arraycopy(bytes, 0, target, offset + done, part);
      used += part;
      done += part;
    }
  }

  /** Goes by bytes that nobody wants. */
  void skip(int count) {
    for (int done = 0; done < count; ) {
      int part = next(count - done);
      used += part;
      done += part;
    }
  }

  private int next(int wanted) {
    while (used == sizes[current]) {
      current++;
      used = 0;
    }
    return Math.min(wanted, sizes[current] - used);
  }
}
