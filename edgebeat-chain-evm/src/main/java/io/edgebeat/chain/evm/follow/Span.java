package io.edgebeat.chain.evm.follow;

/**
 * How many blocks are asked for at once. Nodes refuse what would be too much for them, each by a
 * rule of its own: the number of blocks, of logs, or of bytes. So it is halved when it is refused,
 * and grows again by an eighth when it is not. Thread-safe.
 */
final class Span {
  private final long most;
  private long blocks;

  Span(long most) {
    this.most = most;
    this.blocks = most;
  }

  synchronized long blocks() {
    return blocks;
  }

  /** So many were answered. */
  synchronized void taken(long asked) {
    if (asked >= blocks) {
      blocks = Math.min(most, blocks + Math.max(1, blocks / 8));
    }
  }

  /** So many were refused. */
  synchronized void refused(long asked) {
    blocks = Math.max(1, Math.min(blocks, asked / 2));
  }
}
