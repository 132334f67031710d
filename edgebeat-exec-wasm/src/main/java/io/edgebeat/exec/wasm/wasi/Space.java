package io.edgebeat.exec.wasm.wasi;

/**
 * Counts what the files of one guest take. A guest that reaches its quota gets an error number,
 * everywhere the same one. One that reaches what its host has to give before that is ended: it must
 * not see an answer that another host would not give.
 */
final class Space {
  private final FileQuota quota;
  private final FileCeiling ceiling;
  private volatile long blocks; // read by any thread
  private long names;

  Space(FileQuota quota, FileCeiling ceiling) {
    this.quota = quota;
    this.ceiling = ceiling;
  }

  /** What is taken; for any thread. */
  long bytes() {
    return blocks * FileQuota.BLOCK;
  }

  /** How many blocks can still be taken. */
  long free() {
    return quota.bytes() / FileQuota.BLOCK - blocks;
  }

  /** Takes blocks. */
  void take(long more) throws WasiError {
    if (more > free()) {
      throw new WasiError(Errno.NOSPC);
    }
    ceiling.check("bytes", (blocks + more) * FileQuota.BLOCK, ceiling.bytes());
    add(more);
  }

  /** Takes the room of one more name, and blocks. */
  void takeName(long more) throws WasiError {
    if (names >= quota.names()) {
      throw new WasiError(Errno.NOSPC);
    }
    ceiling.check("names", names + 1, ceiling.names());
    take(more + 1);
    names++;
  }

  /** Gives blocks back. */
  void give(long fewer) {
    add(-fewer);
  }

  /** Gives back the room of a name. */
  void giveName() {
    names--;
    add(-1);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only the guest's thread writes
  private void add(long change) {
    blocks += change;
  }
}
