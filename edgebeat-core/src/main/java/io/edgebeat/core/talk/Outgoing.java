package io.edgebeat.core.talk;

import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.TaskStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * One stream on its way out. Places count messages, or bytes. What the other side has not heard is
 * kept, and said no further than it takes; where there is no room, messages have to wait, and of
 * bytes the oldest are left out. Not for several threads.
 */
final class Outgoing {
  /** A message or some bytes; what lies between {@code after} and {@code position} never comes. */
  private record Piece(long after, long position, long end, Blob bytes) {}

  private static final Blob NOTHING = Blob.of(new byte[0]);

  private final TaskStream stream;
  private final long capacity;
  private final Deque<Piece> pieces = new ArrayDeque<>();
  private long end;
  private long tail;
  private long next;
  private long heard;
  private long allowed;
  private long gapTold = -1;
  private long repeatedAt = -1;
  private boolean open;
  private boolean finished;
  private boolean endSaid;
  private boolean endHeard;
  private boolean probe;

  Outgoing(TaskStream stream) {
    this.stream = stream;
    this.capacity = Limits.capacity(stream);
  }

  /**
   * A message to say.
   *
   * @return false when there is no room for it now
   */
  boolean offer(Blob message) {
    if (isFull()) {
      return false;
    }
    add(end, message, 1);
    return true;
  }

  /** Whether there is no room for another message. */
  boolean isFull() {
    return pieces.size() >= capacity;
  }

  /**
   * Bytes to say.
   *
   * @param position where they stand, or -1 behind the last ones
   */
  void offer(long position, Blob bytes) {
    byte[] all = bytes.toBytes();
    long at = Math.max(end, position);
    for (int from = 0; from < all.length; from += Limits.CHUNK) {
      int count = Math.min(Limits.CHUNK, all.length - from);
      Blob part =
          count == all.length ? bytes : Blob.of(Arrays.copyOfRange(all, from, from + count));
      add(at + from, part, count);
    }
    while (pieces.size() > 1 && (pieces.size() > Limits.PIECES || kept() > capacity)) {
      leaveOut();
    }
  }

  private void add(long position, Blob bytes, long units) {
    pieces.add(new Piece(tail, position, position + units, bytes));
    end = position + units;
    tail = end;
  }

  private long kept() {
    return pieces.stream().mapToLong(p -> p.end - p.position).sum();
  }

  private void leaveOut() {
    after(pieces.remove().after);
  }

  /** Whatever comes first now comes after that place. */
  private void after(long place) {
    Piece first = pieces.poll();
    if (first == null) {
      tail = place;
    } else {
      pieces.addFirst(new Piece(place, first.position, first.end, first.bytes));
    }
  }

  /** Nothing more comes. */
  void finish() {
    finished = true;
  }

  boolean isFinished() {
    return finished;
  }

  /** Whether everything was heard that was offered. */
  boolean isHeard() {
    return pieces.isEmpty() && tail == end;
  }

  /** How many messages or bytes were offered. */
  long end() {
    return end;
  }

  /** Says where it stands, to learn what the other side takes. */
  void open() {
    open = true;
    probe = true;
  }

  boolean isOpen() {
    return open;
  }

  /** The other side begins anew: nothing that it has heard before is known to it. */
  void rejoin() {
    open = false;
    heard = 0;
    allowed = 0;
    next = 0;
    gapTold = -1;
    repeatedAt = -1;
    endSaid = false;
    endHeard = false;
    after(0);
  }

  /**
   * The other side has taken so much, and takes so much more.
   *
   * @return whether that is more than before
   */
  boolean heard(long position, long window) {
    if (position < heard || position > end + (finished ? 1 : 0) || window < 0) {
      return false; // late, or not true
    }
    boolean news = !open || position > heard;
    if (!open) {
      open();
    }
    long may = Math.min(position, end) + Math.min(window, capacity);
    if (position == heard && may <= allowed && next > position && repeatedAt != position) {
      // It has heard something that is not what it waits for.
      repeatedAt = position;
      next = position;
    }
    heard = position;
    news |= may > allowed;
    allowed = Math.max(allowed, may);
    endHeard = position > end;
    Piece first = pieces.peek();
    while (first != null && first.end <= position) {
      pieces.remove();
      first = pieces.peek();
    }
    tail = pieces.isEmpty() && position >= end ? end : tail;
    next = Math.max(next, position);
    return news;
  }

  /** Whether the other side has to say something yet. */
  boolean isPending() {
    return open && (!isHeard() || (finished && !endHeard));
  }

  /** Nothing was heard for a while. */
  void again() {
    if (isPending()) {
      next = heard;
      endSaid = false;
      probe = true;
    }
  }

  /** Everything that may be said now. */
  List<PeerMessage.TaskSaid> say(int taskNo, long life) {
    List<PeerMessage.TaskSaid> all = new ArrayList<>();
    Optional<PeerMessage.TaskSaid> one = next(taskNo, life);
    while (one.isPresent()) {
      all.add(one.get());
      one = next(taskNo, life);
    }
    return all;
  }

  private Optional<PeerMessage.TaskSaid> next(int taskNo, long life) {
    if (!open) {
      return Optional.empty();
    }
    for (Piece piece : pieces) {
      if (piece.end <= next) {
        continue;
      }
      if (piece.end <= allowed) {
        next = piece.end;
        probe = false;
        return said(taskNo, life, piece.after, piece.position, piece.bytes, false);
      }
      if (probe || (piece.after < piece.position && gapTold != piece.position)) {
        probe = false;
        gapTold = piece.position;
        return said(taskNo, life, piece.after, piece.position, NOTHING, false);
      }
      return Optional.empty();
    }
    if (probe || (finished && !endSaid)) {
      probe = false;
      endSaid = finished;
      return said(taskNo, life, tail, end, NOTHING, finished);
    }
    return Optional.empty();
  }

  private Optional<PeerMessage.TaskSaid> said(
      int taskNo, long life, long after, long position, Blob bytes, boolean last) {
    return Optional.of(
        new PeerMessage.TaskSaid(taskNo, stream, life, after, position, bytes, last));
  }
}
