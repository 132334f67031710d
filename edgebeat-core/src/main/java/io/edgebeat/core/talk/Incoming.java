package io.edgebeat.core.talk;

import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.TaskChannel;
import io.edgebeat.api.task.TaskStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;

/**
 * One stream on its way in. Takes what comes next and for what there is room, and nothing else,
 * whatever the other side says. Not for several threads.
 */
final class Incoming {
  private record Piece(long missed, Blob bytes) {}

  private final TaskStream stream;
  private final long capacity;
  private final Deque<Piece> pieces = new ArrayDeque<>();
  private long expected;
  private long come;
  private long used;
  private long told;
  private long missed;
  private long missedBefore;
  private boolean begun;
  private boolean ended;

  Incoming(TaskStream stream) {
    this.stream = stream;
    this.capacity = Limits.capacity(stream);
  }

  /**
   * Something came; it is answered by what is {@link #heard} then.
   *
   * @return whether the stream has come further by it
   */
  boolean said(PeerMessage.TaskSaid m) {
    long units = stream.isMessages() ? Math.min(m.bytes().size(), 1) : m.bytes().size();
    boolean sound =
        m.after() >= 0
            && m.position() >= m.after()
            && m.position() <= Long.MAX_VALUE / 4
            && m.bytes().size() <= TaskChannel.MESSAGE_BYTES
            && !(m.last() && units > 0);
    if (!sound || ended) {
      return false;
    }
    boolean first = !begun;
    begun = true;
    long end = m.position() + units;
    if (m.after() > expected || end < expected || (units > 0 && end == expected)) {
      return first; // something before it is not here, or it is here
    }
    long here = Math.max(0, expected - m.position());
    if (used + units - here > capacity || pieces.size() >= Limits.PIECES) {
      return first;
    }
    boolean further = first || end > expected || m.last();
    missed += Math.max(0, m.position() - expected);
    if (units > 0) {
      add(here == 0 ? m.bytes() : rest(m.bytes(), (int) here));
      missed = 0;
      used += units - here;
      come += units - here;
    }
    expected = end;
    ended = m.last();
    return further;
  }

  /** Small pieces in a row become one, else much more would be kept than their bytes. */
  private void add(Blob bytes) {
    Piece last = pieces.peekLast();
    if (!stream.isMessages()
        && missed == 0
        && last != null
        && last.bytes.size() + bytes.size() <= Limits.CHUNK) {
      byte[] both = Arrays.copyOf(last.bytes.toBytes(), last.bytes.size() + bytes.size());
      System.arraycopy(bytes.toBytes(), 0, both, last.bytes.size(), bytes.size());
      pieces.removeLast();
      pieces.add(new Piece(last.missed, Blob.of(both)));
    } else {
      pieces.add(new Piece(missed, bytes));
    }
  }

  private static Blob rest(Blob bytes, int from) {
    return Blob.of(Arrays.copyOfRange(bytes.toBytes(), from, bytes.size()));
  }

  /** What to tell the other side. */
  PeerMessage.TaskHeard heard(int taskNo, long life) {
    told = expected + capacity - used;
    return new PeerMessage.TaskHeard(
        taskNo, stream, life, expected + (ended ? 1 : 0), capacity - used);
  }

  /** Whether so much more may come than the other side knows that it should be told. */
  boolean hasNews() {
    return !ended && expected + capacity - used - told >= capacity / 2;
  }

  /** The next piece. */
  Optional<Blob> take() {
    Piece piece = pieces.poll();
    if (piece == null) {
      return Optional.empty();
    }
    used -= stream.isMessages() ? 1 : piece.bytes.size();
    missedBefore += piece.missed;
    return Optional.of(piece.bytes);
  }

  /** Nobody takes any of it any more. */
  void drop() {
    pieces.clear();
    used = 0;
  }

  boolean isEmpty() {
    return pieces.isEmpty();
  }

  /** Whether the other side has said something. */
  boolean hasBegun() {
    return begun;
  }

  /** Whether nothing more comes. */
  boolean isEnded() {
    return ended;
  }

  /** Whether there is room for whatever the other side says at once. */
  boolean hasRoom() {
    return capacity - used >= (stream.isMessages() ? 1 : Limits.CHUNK);
  }

  /** How many messages or bytes have come, without what is said to be left out. */
  long come() {
    return come;
  }

  /** How much was left out before what was taken last, and after it when nothing more comes. */
  long missed() {
    return missedBefore + (ended && pieces.isEmpty() ? missed : 0);
  }

  /** The other side begins anew; what is here stays. */
  void rejoin() {
    expected = 0;
    told = 0;
    begun = false;
    ended = false;
  }
}
