package io.edgebeat.exec.wasm.child;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a frame says. Frames between a node and its child are: one byte that is the kind, the length
 * of the body in four bytes with the most significant first, and the body. A child's calls wait for
 * {@link #ANSWER}, at most one at a time; everything else is said without waiting.
 */
public enum FrameKind {
  // From the child.
  /** It is there: version, result of its self-test. */
  READY(1, true),
  /** Call: open the image or the input. */
  OPEN(2, true),
  /** Call: more bytes of what is open. */
  MORE(3, true),
  /** Call: may units be used? */
  METER(4, true),
  /** Call: meter, then the next message of a capability. */
  READ(5, true),
  /** Call: meter, then this message to a capability. */
  WRITE(6, true),
  /** The guest has said something: how many bytes before it, and the bytes. */
  LOG(7, true),
  /** What the guest has used so far. */
  USAGE(8, true),
  /** A part of the result; all of it comes before {@link #ENDED}. */
  OUTPUT(9, true),
  /** The workload that was to be checked can be started, or why it cannot. */
  CHECKED(10, true),
  /** How the guest ended, and what it used. The child can be told of another one now. */
  ENDED(11, true),
  /** The guest has written to its output: how many bytes before it, and the bytes. */
  WRITTEN(12, true),
  /** Call: may so much fuel be used since the guest began? Answered by how much may be. */
  FUEL(13, true),

  // From the node.
  /** The limits of the executor. Said first, and once. */
  LIMITS(64, false),
  /** A workload that may be started later is to be prepared. */
  CHECK(65, false),
  /** A guest is to be started. */
  START(66, false),
  /** What a call was answered. */
  ANSWER(67, false),
  /** How long the guest may go on by the child's own clock. */
  LEASE(68, false),
  /** The guest is to be held. */
  PAUSE(69, false),
  /** The guest is to be let go on. */
  RESUME(70, false),
  /** The guest's streams are to end. */
  DRAIN(71, false),
  /** The guest is to be ended. */
  STOP(72, false);

  private static final List<FrameKind> ALL = List.of(values());

  private final int code;
  private final boolean fromChild;

  FrameKind(int code, boolean fromChild) {
    this.code = code;
    this.fromChild = fromChild;
  }

  /** The byte that stands for it. */
  public int code() {
    return code;
  }

  /** The kind of that byte if that side may say it, else null. */
  static @Nullable FrameKind of(int code, boolean fromChild) {
    for (FrameKind kind : ALL) {
      if (kind.code == code && kind.fromChild == fromChild) {
        return kind;
      }
    }
    return null;
  }
}
