package io.edgebeat.core.talk;

import io.edgebeat.api.capability.CapabilitySession;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.exec.WorkloadChannel;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.TaskChannel;
import io.edgebeat.api.task.TaskStream;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The seller's side of one execution's talk, and the session that the program reads and writes.
 * Says nothing before the buyer has; what the program has said by its end is kept for the buyer.
 *
 * <p>Threads: calls may overlap.
 */
public final class SellerTalk implements CapabilitySession {
  private final int taskNo;
  private final TalkHost host;
  private final Consumer<SellerTalk> whenOver;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Incoming in = new Incoming(TaskStream.TO_PROGRAM);
  private final Map<TaskStream, Outgoing> out = new EnumMap<>(TaskStream.class);
  private final Set<TaskStream> listened = EnumSet.noneOf(TaskStream.class);
  private final Set<TaskStream> failed = EnumSet.noneOf(TaskStream.class);
  private Set<TaskStream> carries = Set.of();
  private @Nullable WorkloadChannel channel;
  private long life = 1;
  private int tries;
  private boolean runs;
  private boolean over;
  private boolean timed;

  /**
   * The talk of an execution that does not run yet.
   *
   * @param whenOver is told once that the execution has ended
   */
  public SellerTalk(int taskNo, TalkHost host, Consumer<SellerTalk> whenOver) {
    this.taskNo = taskNo;
    this.host = host;
    this.whenOver = whenOver;
    for (TaskStream stream : TaskStream.values()) {
      if (stream != TaskStream.TO_PROGRAM) {
        out.put(stream, new Outgoing(stream));
      }
    }
  }

  /**
   * The execution runs.
   *
   * @param what says what it says
   * @param carried what its buyer can have of it
   */
  public void runs(WorkloadChannel what, Set<TaskStream> carried) {
    lock.lock();
    try {
      channel = what;
      carries = carried;
      runs = true;
    } finally {
      lock.unlock();
    }
  }

  /** The execution has ended. */
  public void over() {
    boolean first;
    lock.lock();
    try {
      first = !over;
      over = true;
      in.drop(); // nobody is left who could read it
      out(TaskStream.FROM_PROGRAM).finish();
      changed.signalAll();
      flush();
    } finally {
      lock.unlock();
    }
    if (first) {
      whenOver.accept(this);
    }
  }

  /** Whether the execution has ended. */
  public boolean isOver() {
    lock.lock();
    try {
      return over;
    } finally {
      lock.unlock();
    }
  }

  private Outgoing out(TaskStream stream) {
    Outgoing known = out.get(stream);
    if (known == null) {
      throw new IllegalArgumentException(stream + " does not lead out");
    }
    return known;
  }

  // ---------------------------------------------------------------- the buyer

  /** The buyer has said something about it. */
  public void received(PeerMessage message) {
    lock.lock();
    try {
      if (!runs) {
        return; // it comes again
      }
      switch (message) {
        case PeerMessage.TaskSaid m -> said(m);
        case PeerMessage.TaskHeard m -> heard(m);
        default -> {}
      }
    } finally {
      lock.unlock();
    }
  }

  private void said(PeerMessage.TaskSaid m) {
    if (m.stream() != TaskStream.TO_PROGRAM || !known(m.stream(), m.life())) {
      return;
    }
    if (over) {
      host.say(new PeerMessage.TaskMute(taskNo, m.stream(), life, ErrorCode.CLOSED));
      return;
    }
    in.said(m);
    changed.signalAll();
    host.say(in.heard(taskNo, life));
  }

  private void heard(PeerMessage.TaskHeard m) {
    if (m.stream() == TaskStream.TO_PROGRAM || !known(m.stream(), m.life())) {
      return;
    }
    tries = out(m.stream()).heard(m.position(), m.window()) ? 0 : tries;
    if (over && !timed) {
      out(m.stream()).again(); // whoever asks late is answered, once for each time he asks
    }
    changed.signalAll();
    WorkloadChannel said = channel;
    if (!m.stream().isMessages() && said != null && listened.add(m.stream())) {
      host.listen("listen", wait -> listen(said, m.stream(), wait));
    }
    flush();
  }

  /** Whether the newest of the buyer's nodes means a stream that there is; else it is told. */
  private boolean known(TaskStream stream, long theirs) {
    if (theirs < life) {
      host.say(new PeerMessage.TaskHeard(taskNo, TaskStream.TO_PROGRAM, life, 0, 0));
      return false;
    }
    if (theirs > life) {
      life = theirs;
      out.values().forEach(Outgoing::rejoin);
      in.rejoin();
    }
    if (!carries.contains(stream)) {
      host.say(new PeerMessage.TaskMute(taskNo, stream, life, ErrorCode.UNSUPPORTED));
      return false;
    }
    if (failed.contains(stream)) {
      host.say(new PeerMessage.TaskMute(taskNo, stream, life, ErrorCode.CLOSED));
      return false;
    }
    return true;
  }

  private void flush() {
    boolean pending = false;
    for (Outgoing stream : out.values()) {
      stream.say(taskNo, life).forEach(host::say);
      pending |= stream.isPending();
    }
    if (pending && !timed && !(over && tries > Limits.LAST_TRIES)) {
      timed = true;
      host.after(Limits.again(tries), this::again);
    }
  }

  private void again() {
    lock.lock();
    try {
      timed = false;
      tries++;
      out.values().forEach(Outgoing::again);
      flush();
    } finally {
      lock.unlock();
    }
  }

  // ---------------------------------------------------------------- the program

  /** Takes what the program has written; false when it will write no more. */
  private boolean listen(WorkloadChannel said, TaskStream stream, Duration wait) {
    boolean last;
    lock.lock();
    try {
      last = over;
    } finally {
      lock.unlock();
    }
    Optional<WorkloadChannel.Written> written;
    try {
      written = said.await(stream, last ? Duration.ZERO : wait);
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
      return false;
    } catch (RuntimeException defect) {
      fail(stream);
      throw defect;
    }
    lock.lock();
    try {
      written.ifPresent(w -> out(stream).offer(w.position(), w.bytes()));
      boolean more = !last || written.isPresent();
      if (!more) {
        out(stream).finish();
      }
      flush();
      return more;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The executor does not tell a stream any more; whoever listens must not take that for its end.
   */
  private void fail(TaskStream stream) {
    lock.lock();
    try {
      failed.add(stream);
      host.say(new PeerMessage.TaskMute(taskNo, stream, life, ErrorCode.CLOSED));
    } finally {
      lock.unlock();
    }
  }

  /** The buyer's next message, for the program; empty when there will be none. */
  @Override
  public Optional<Blob> read() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (in.isEmpty() && !in.isEnded() && !over) {
        changed.await();
      }
      return poll();
    } finally {
      lock.unlock();
    }
  }

  /** The buyer's next message if there is one. */
  Optional<Blob> poll() {
    lock.lock();
    try {
      Optional<Blob> message = in.take();
      if (message.isPresent() && in.hasNews()) {
        host.say(in.heard(taskNo, life));
      }
      return message;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the program would have to wait with a message. */
  boolean isFull() {
    lock.lock();
    try {
      return out(TaskStream.FROM_PROGRAM).isFull();
    } finally {
      lock.unlock();
    }
  }

  /** A message of the program, for the buyer; waits while he leaves too many of them. */
  @Override
  public void write(Blob message) throws InterruptedException {
    if (message.size() == 0) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, "a message to the buyer has at least one byte");
    }
    if (message.size() > TaskChannel.MESSAGE_BYTES) {
      throw new EdgeBeatException(
          ErrorCode.LIMIT_EXCEEDED,
          "a message of "
              + message.size()
              + " bytes to the buyer; it may have "
              + TaskChannel.MESSAGE_BYTES);
    }
    lock.lockInterruptibly();
    try {
      while (!over && !out(TaskStream.FROM_PROGRAM).offer(message)) {
        changed.await();
      }
      flush();
    } finally {
      lock.unlock();
    }
  }

  /** The program's session is over. */
  @Override
  public void close() {
    over();
  }
}
