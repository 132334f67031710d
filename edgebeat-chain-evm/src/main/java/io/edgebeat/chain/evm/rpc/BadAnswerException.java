package io.edgebeat.chain.evm.rpc;

/** An answer that is not what its method gives. Never repeats what the other side has sent. */
public final class BadAnswerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong with it. */
  public BadAnswerException(String problem) {
    super(problem, null, false, false);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
