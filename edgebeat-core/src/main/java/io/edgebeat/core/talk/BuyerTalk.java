package io.edgebeat.core.talk;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The buyer's side of one task's talk. Says nothing on a stream before somebody has asked for it;
 * once the task is over it asks for what is left, and gives up when nobody answers.
 */
public final class BuyerTalk implements TaskChannel {
  private static final long WAKE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String task;
  private final BuyerHost host;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Outgoing out = new Outgoing(TaskStream.TO_PROGRAM);
  private final Map<TaskStream, Incoming> in = new EnumMap<>(TaskStream.class);
  private final Set<TaskStream> wanted = EnumSet.noneOf(TaskStream.class);
  private final Set<TaskStream> broken = EnumSet.noneOf(TaskStream.class);
  private final Set<TaskStream> unsupported = EnumSet.noneOf(TaskStream.class);
  private long life;
  private int taskNo;
  private int tries;
  private boolean started;
  private boolean over;
  private boolean timed;

  /**
   * The talk of a task.
   *
   * @param task names it
   * @param life higher than that of any earlier node of this buyer
   */
  public BuyerTalk(String task, long life, BuyerHost host) {
    this.task = task;
    this.life = Math.max(1, life);
    this.host = host;
    for (TaskStream stream : TaskStream.values()) {
      if (stream != TaskStream.TO_PROGRAM) {
        in.put(stream, new Incoming(stream));
      }
    }
  }

  private Incoming in(TaskStream stream) {
    Incoming known = in.get(stream);
    if (known == null) {
      throw new IllegalArgumentException(stream + " does not lead to the buyer");
    }
    return known;
  }

  // ---------------------------------------------------------------- the seller

  /** Something has become of the task, or somebody has begun to wait. */
  public void look() {
    BuyerHost.Place place = host.place();
    lock.lock();
    try {
      if (place.started() && !started) {
        started = true;
        taskNo = place.taskNo();
        openAll();
      }
      if (place.over() && !over) {
        over = true;
        tries = 0;
        askAll();
      }
      changed.signalAll();
      flush();
    } finally {
      lock.unlock();
    }
  }

  private void openAll() {
    if (started && wanted.contains(TaskStream.TO_PROGRAM)) {
      out.open();
    }
    askAll();
  }

  /** Tells how far every stream is that has not come to its end. */
  private void askAll() {
    if (started) {
      for (TaskStream stream : wanted) {
        if (stream != TaskStream.TO_PROGRAM && goesOn(stream)) {
          host.say(in(stream).heard(taskNo, life));
        }
      }
    }
  }

  private boolean goesOn(TaskStream stream) {
    return !broken.contains(stream) && !unsupported.contains(stream) && !in(stream).isEnded();
  }

  /** The seller has said something about it. */
  public void received(PeerMessage message) {
    lock.lock();
    try {
      if (!started) {
        return;
      }
      switch (message) {
        case PeerMessage.TaskSaid m -> said(m);
        case PeerMessage.TaskHeard m -> heard(m);
        case PeerMessage.TaskMute m -> mute(m);
        default -> {}
      }
      changed.signalAll();
      flush();
    } finally {
      lock.unlock();
    }
  }

  private void said(PeerMessage.TaskSaid m) {
    if (m.stream() == TaskStream.TO_PROGRAM
        || m.life() != life
        || !wanted.contains(m.stream())
        || !goesOn(m.stream())) {
      return;
    }
    // Who answers again and again with nothing new is asked in vain.
    tries = in(m.stream()).said(m) ? 0 : tries;
    host.say(in(m.stream()).heard(taskNo, life));
  }

  private void heard(PeerMessage.TaskHeard m) {
    if (m.life() > life && m.life() < Long.MAX_VALUE) {
      // An earlier node of this buyer had a clock that was ahead.
      life = m.life() + 1;
      out.rejoin();
      in.values().forEach(Incoming::rejoin);
      openAll();
    } else if (m.stream() == TaskStream.TO_PROGRAM && m.life() == life) {
      tries = out.heard(m.position(), m.window()) ? 0 : tries;
    }
  }

  private void mute(PeerMessage.TaskMute m) {
    if (m.life() == life && wanted.contains(m.stream())) {
      boolean whole =
          m.stream() == TaskStream.TO_PROGRAM ? out.isHeard() : in(m.stream()).isEnded();
      if (m.code() == ErrorCode.UNSUPPORTED) {
        unsupported.add(m.stream());
      } else if (!whole) {
        broken.add(m.stream());
      }
    }
  }

  private boolean sends() {
    return !over
        && !broken.contains(TaskStream.TO_PROGRAM)
        && !unsupported.contains(TaskStream.TO_PROGRAM);
  }

  private void flush() {
    if (!started) {
      return;
    }
    if (sends()) {
      out.say(taskNo, life).forEach(host::say);
    }
    if (!timed && waits()) {
      timed = true;
      host.after(Limits.again(tries), this::again);
    }
  }

  /** Whether the seller has to say something yet. */
  private boolean waits() {
    return wanted.stream().anyMatch(this::asks) || (sends() && out.isPending());
  }

  /**
   * Whether the seller is asked what he has of a stream: until he has said something, and again
   * once the task is over. Not while there is no room for it: nobody who is silent then is gone.
   */
  private boolean asks(TaskStream stream) {
    return stream != TaskStream.TO_PROGRAM
        && goesOn(stream)
        && (over || !in(stream).hasBegun())
        && in(stream).hasRoom();
  }

  private void again() {
    BuyerHost.Place place = host.place();
    lock.lock();
    try {
      timed = false;
      tries++;
      if (place.over() && !over) {
        over = true;
        tries = 0; // of a program that runs nobody despairs
      }
      if (over && tries > Limits.LAST_TRIES) {
        wanted.stream().filter(this::asks).forEach(broken::add);
      }
      wanted.stream()
          .filter(this::asks)
          .forEach(stream -> host.say(in(stream).heard(taskNo, life)));
      out.again();
      changed.signalAll();
      flush();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the task is over and nothing of it is left to be heard or taken. */
  public boolean isDone() {
    lock.lock();
    try {
      return over
          && in.values().stream().allMatch(Incoming::isEmpty)
          && wanted.stream().noneMatch(s -> s != TaskStream.TO_PROGRAM && goesOn(s));
    } finally {
      lock.unlock();
    }
  }

  /**
   * The most messages that the seller can have counted when this node has taken part in all of the
   * task: those that were sent and have come, and {@link #mostUnheard}.
   */
  public long mostMessages() {
    lock.lock();
    try {
      return out.end() + in(TaskStream.FROM_PROGRAM).come() + mostUnheard();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The same for a task whose buyer has neither sent nor taken a message: those that may be on
   * their way, and three that were counted in vain: the question that finds the end, one that the
   * stop of the task has broken off, and one that waits.
   */
  public static long mostUnheard() {
    return Limits.MESSAGES + 3L;
  }

  // ---------------------------------------------------------------- the buyer's program

  @Override
  public void send(Blob message) {
    if (message.size() == 0 || message.size() > MESSAGE_BYTES) {
      throw new EdgeBeatException(
          message.size() == 0 ? ErrorCode.INVALID_ARGUMENT : ErrorCode.LIMIT_EXCEEDED,
          "a message has 1 to " + MESSAGE_BYTES + " bytes, not " + message.size());
    }
    waitFor(TaskStream.TO_PROGRAM, Long.MAX_VALUE, () -> offered(message));
  }

  private Optional<Boolean> offered(Blob message) {
    require(TaskStream.TO_PROGRAM);
    if (over || out.isFinished() || broken.contains(TaskStream.TO_PROGRAM)) {
      throw new EdgeBeatException(
          ErrorCode.WRONG_STATE,
          RetryAdvice.NEVER,
          "task "
              + task
              + (!over && out.isFinished() ? " was told that no more come" : " is over")
              + "; it takes no message",
          null);
    }
    if (!out.offer(message)) {
      return Optional.empty();
    }
    if (started && !out.isOpen()) {
      out.open();
    }
    flush();
    return Optional.of(true);
  }

  private void require(TaskStream stream) {
    if (unsupported.contains(stream)) {
      throw new EdgeBeatException(
          ErrorCode.UNSUPPORTED,
          "the seller's executor does not carry " + stream + " of task " + task);
    }
  }

  @Override
  public void finish() {
    host.requireOpen();
    lock.lock();
    try {
      wanted.add(TaskStream.TO_PROGRAM);
      out.finish();
      if (started && !out.isOpen()) {
        out.open();
      }
    } finally {
      lock.unlock();
    }
    look();
  }

  @Override
  public Optional<Blob> await(Duration timeout) {
    return next(TaskStream.FROM_PROGRAM, timeout);
  }

  @Override
  public Optional<Blob> awaitLog(Duration timeout) {
    return next(TaskStream.LOG, timeout);
  }

  @Override
  public Optional<Blob> awaitOutput(Duration timeout) {
    return next(TaskStream.OUTPUT, timeout);
  }

  private Optional<Blob> next(TaskStream stream, Duration timeout) {
    long nanos;
    try {
      nanos = timeout.toNanos();
    } catch (ArithmeticException e) {
      nanos = Long.MAX_VALUE;
    }
    return waitFor(stream, nanos, () -> taken(stream)).flatMap(taken -> taken);
  }

  /** Empty when there is nothing yet, and holds nothing when nothing more will come. */
  private Optional<Optional<Blob>> taken(TaskStream stream) {
    Incoming from = in(stream);
    boolean asked = asks(stream);
    Optional<Blob> piece = from.take();
    if (piece.isPresent()) {
      boolean asksAgain = !asked && asks(stream);
      if (started && (from.hasNews() || asksAgain)) {
        host.say(from.heard(taskNo, life));
      }
      if (asksAgain) {
        tries = 0;
        flush();
      }
      return Optional.of(piece);
    }
    require(stream);
    if (stream.isMessages() && broken.contains(stream)) {
      throw new EdgeBeatException(
          ErrorCode.NO_ANSWER,
          RetryAdvice.NEVER,
          "the seller does not know any more what the program of task "
              + task
              + " has sent; messages may be lost",
          null);
    }
    return hasToWait(stream) ? Optional.empty() : Optional.of(piece);
  }

  private interface Attempt<T> {
    Optional<T> now();
  }

  private <T> Optional<T> waitFor(TaskStream stream, long nanos, Attempt<T> attempt) {
    long begin = host.nanos();
    want(stream);
    while (true) {
      look();
      Optional<T> got;
      lock.lock();
      try {
        got = attempt.now();
      } finally {
        lock.unlock();
      }
      long left = nanos - (host.nanos() - begin);
      if (got.isPresent() || left <= 0) {
        return got;
      }
      host.requireOpen();
      pause(Math.min(left, WAKE_NANOS), stream);
    }
  }

  private void want(TaskStream stream) {
    host.requireOpen();
    lock.lock();
    try {
      if (wanted.add(stream) && started) {
        openAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void pause(long nanos, TaskStream stream) {
    try {
      host.pause(nanos, most -> awaitChange(most, stream));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EdgeBeatException(
          ErrorCode.INTERRUPTED,
          RetryAdvice.SAME_CALL,
          "interrupted while waiting for the program of task " + task,
          e);
    }
  }

  private void awaitChange(long nanos, TaskStream stream) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = nanos;
      while (left > 0 && hasToWait(stream)) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean hasToWait(TaskStream stream) {
    return stream == TaskStream.TO_PROGRAM
        ? sends() && out.isFull()
        : in(stream).isEmpty() && goesOn(stream) && (started || !over);
  }

  @Override
  public long missed(TaskStream stream) {
    lock.lock();
    try {
      return stream == TaskStream.TO_PROGRAM ? 0 : in(stream).missed();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public State state(TaskStream stream) {
    look();
    lock.lock();
    try {
      if (unsupported.contains(stream)) {
        return State.UNSUPPORTED;
      }
      if (broken.contains(stream)) {
        return State.BROKEN;
      }
      return stream == TaskStream.TO_PROGRAM ? sending() : receiving(stream);
    } finally {
      lock.unlock();
    }
  }

  private State sending() {
    if (over) {
      return out.isHeard() ? State.ENDED : State.BROKEN;
    }
    if (out.isFinished() && out.isHeard() && !out.isPending()) {
      return State.ENDED;
    }
    return out.isOpen() ? State.OPEN : State.WAITING;
  }

  private State receiving(TaskStream stream) {
    if (in(stream).isEnded() || (over && !started)) {
      return State.ENDED;
    }
    return in(stream).hasBegun() ? State.OPEN : State.WAITING;
  }
}
