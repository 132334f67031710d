package io.edgebeat.exec.wasm;

import org.jspecify.annotations.Nullable;

/**
 * How a guest is left from inside a host function, and what an engine reports of it. These are
 * thrown through the guest's code, which cannot catch them; they carry no stack trace, because a
 * guest could make a million of them.
 */
@SuppressWarnings("serial") // never serialized
abstract sealed class GuestEnd extends RuntimeException {
  private GuestEnd(String message, @Nullable RuntimeException cause) {
    super(message, cause, false, false);
  }

  /** The guest asked to end. */
  static final class Exit extends GuestEnd {
    final int code;

    Exit(int code) {
      super("exit " + code, null);
      this.code = code;
    }
  }

  /** The guest did what its machine forbids. */
  static final class Trap extends GuestEnd {
    final String reason;

    Trap(String reason) {
      super(reason, null);
      this.reason = reason;
    }
  }

  /** The guest has used up its fuel. */
  static final class OutOfFuel extends GuestEnd {
    OutOfFuel() {
      super("out of fuel", null);
    }
  }

  /** The host wants the guest to end; why is known to the execution. */
  static final class Stop extends GuestEnd {
    Stop(String why) {
      super(why, null);
    }
  }

  /** The host itself failed while it served the guest. */
  static final class HostFailure extends GuestEnd {
    HostFailure(RuntimeException cause) {
      super(String.valueOf(cause.getMessage()), cause);
    }
  }

  /** An address of the guest lies outside of its memory; never leaves a host function. */
  static final class Fault extends Exception {
    Fault() {
      super("out of bounds", null, false, false);
    }
  }
}
