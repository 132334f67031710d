package io.edgebeat.api.storage;

/**
 * A block that matches its hash but is no node of a file. The format code does not know the block's
 * id; whoever loaded the block adds it.
 */
final class MalformedBlockException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Whether the block is well-formed but something else than a file. */
  private final boolean otherType;

  private MalformedBlockException(String reason, boolean otherType) {
    super(reason);
    this.otherType = otherType;
  }

  static MalformedBlockException of(String reason) {
    return new MalformedBlockException(reason, false);
  }

  static MalformedBlockException ofOtherType(String reason) {
    return new MalformedBlockException(reason, true);
  }

  boolean isOtherType() {
    return otherType;
  }
}
