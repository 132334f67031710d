package io.edgebeat.core.node;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.market.NegotiationId;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.TaskId;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.TaskState;
import io.edgebeat.api.task.TaskStream;
import io.edgebeat.api.task.Usage;
import io.edgebeat.core.agreement.AgreementSide;
import io.edgebeat.core.agreement.BuyerSide;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.talk.BuyerHost;
import io.edgebeat.core.talk.BuyerTalk;
import io.edgebeat.core.talk.SellerTalk;
import io.edgebeat.core.talk.TalkHost;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What programs and their buyers say to one another, by task. Nothing of it is journaled, and no
 * money hangs on it: a partition is only asked who may talk.
 */
final class Talks {
  /** How many talks are kept that are over, for who still wants to hear the rest. */
  private static final int KEPT = 64;

  private final Reactor reactor;
  private final PeerLinks links;
  private final TaskRunner runner;
  private final InstantSource clock;
  private final Runnable requireOpen;
  private final Map<Spot, SellerTalk> selling = new ConcurrentHashMap<>();
  private final Map<Spot, BuyerTalk> placed = new ConcurrentHashMap<>();
  private final Map<TaskId, BuyerTalk> buying = new ConcurrentHashMap<>();

  /** Tasks of which this node does not know, any more, how much was said. */
  private final Set<Spot> unknown = ConcurrentHashMap.newKeySet();

  private final Deque<Ended> ended = new ArrayDeque<>();

  /** With so many talks it is looked which are done. */
  private volatile int crowd = KEPT;

  /** A task under its agreement. */
  private record Spot(PartitionKey key, int taskNo) {}

  private record Ended(Spot place, SellerTalk talk) {}

  Talks(
      Reactor reactor,
      PeerLinks links,
      TaskRunner runner,
      InstantSource clock,
      Runnable requireOpen) {
    this.reactor = reactor;
    this.links = links;
    this.runner = runner;
    this.clock = clock;
    this.requireOpen = requireOpen;
  }

  // ---------------------------------------------------------------- seller

  /** The talk of an execution that is about to start. */
  SellerTalk begin(PartitionKey key, int taskNo) {
    Spot place = new Spot(key, taskNo);
    SellerTalk talk =
        new SellerTalk(
            taskNo, new Host(new NegotiationId(key.id())), over -> ended(new Ended(place, over)));
    selling.put(place, talk);
    return talk;
  }

  /** Keeps a talk that is over for a while, and forgets the oldest one. */
  private void ended(Ended latest) {
    Ended oldest;
    synchronized (ended) {
      ended.add(latest);
      oldest = ended.size() > KEPT ? ended.remove() : null;
    }
    if (oldest != null) {
      selling.remove(oldest.place, oldest.talk);
    }
  }

  // ---------------------------------------------------------------- buyer

  /** The talk of a task of this buyer. */
  BuyerTalk of(TaskId task, Supplier<PartitionKey> key) {
    if (buying.size() >= crowd) {
      tidy();
    }
    return buying.computeIfAbsent(
        task, id -> new BuyerTalk(id.toString(), clock.millis(), new BuyerEnd(this, id, key)));
  }

  private void tidy() {
    // Of a task that was over when it was asked for nobody has told its talk.
    buying.values().forEach(BuyerTalk::look);
    buying.values().removeIf(BuyerTalk::isDone);
    placed.entrySet().removeIf(e -> e.getValue().isDone() && unknown.add(e.getKey()));
    unknown.removeIf(
        place -> reactor.read(place.key, BuyerSide.class, BuyerSide::finished).orElse(true));
    crowd = Math.max(KEPT, 2 * buying.size());
  }

  /** How many tasks something is kept of. */
  int size() {
    return selling.size() + buying.size() + unknown.size();
  }

  /** Something has become of a buyer's agreement. */
  void changed(BuyerSide side) {
    if (!buying.isEmpty()) {
      side.current().map(buying::get).ifPresent(BuyerTalk::look);
    }
  }

  /** A task that an earlier run of this node has ordered. */
  void inherit(PartitionKey key, BuyerSide side) {
    side.current().flatMap(side::task).ifPresent(task -> unknown.add(new Spot(key, task.taskNo())));
  }

  /**
   * The most messages that a seller can have counted for a task.
   *
   * @return empty when this node does not know what it has said
   */
  Optional<Long> most(PartitionKey key, int taskNo) {
    Spot place = new Spot(key, taskNo);
    if (unknown.contains(place)) {
      return Optional.empty();
    }
    BuyerTalk talk = placed.get(place);
    return Optional.of(talk == null ? BuyerTalk.mostUnheard() : talk.mostMessages());
  }

  // ---------------------------------------------------------------- messages

  /** The other side of a negotiation has said something about one of its tasks. */
  void received(PartitionKey key, Address from, PeerMessage message) {
    Optional<Address> other =
        reactor.read(key, AgreementSide.class, AgreementSide::remote).flatMap(r -> r);
    if (!other.equals(Optional.of(from))) {
      return;
    }
    switch (message) {
      case PeerMessage.TaskSaid m -> received(key, m.taskNo(), m.stream(), m.life(), m);
      case PeerMessage.TaskHeard m -> received(key, m.taskNo(), m.stream(), m.life(), m);
      case PeerMessage.TaskMute m -> received(key, m.taskNo(), m.stream(), m.life(), m);
      default -> {}
    }
  }

  private void received(
      PartitionKey key, int taskNo, TaskStream stream, long life, PeerMessage message) {
    Spot place = new Spot(key, taskNo);
    BuyerTalk mine = placed.get(place);
    SellerTalk sold = selling.get(place);
    if (mine != null) {
      mine.received(message);
    } else if (sold != null) {
      sold.received(message);
    } else if (key.kind() == PartitionKey.Kind.SELLER
        && !(message instanceof PeerMessage.TaskMute)) {
      links.talk(
          new NegotiationId(key.id()),
          new PeerMessage.TaskMute(taskNo, stream, life, ErrorCode.CLOSED));
    }
  }

  private class Host implements TalkHost {
    private final NegotiationId id;

    Host(NegotiationId id) {
      this.id = id;
    }

    @Override
    public void say(PeerMessage message) {
      links.talk(id, message);
    }

    @Override
    public void after(Duration delay, Runnable task) {
      runner.after(delay, task);
    }

    @Override
    public void listen(String name, Predicate<Duration> step) {
      runner.listen(name, step);
    }
  }

  /** A task of this buyer, which may go from one negotiation to the next before it runs. */
  private static final class BuyerEnd implements BuyerHost {
    private final Talks talks;
    private final TaskId task;
    private final Supplier<PartitionKey> key;

    BuyerEnd(Talks talks, TaskId task, Supplier<PartitionKey> key) {
      this.talks = talks;
      this.task = task;
      this.key = key;
    }

    @Override
    public BuyerHost.Place place() {
      PartitionKey now = key.get();
      BuyerHost.Place place =
          talks
              .reactor
              .read(now, BuyerSide.class, this::place)
              .orElse(new BuyerHost.Place(0, false, false));
      if (place.started()) {
        BuyerTalk talk = talks.buying.get(task);
        if (talk != null) {
          talks.placed.putIfAbsent(new Spot(now, place.taskNo()), talk);
        }
      }
      return place;
    }

    private BuyerHost.Place place(BuyerSide side) {
      Optional<BuyerSide.TaskView> view = side.task(task);
      Optional<TaskOutcome> outcome = view.flatMap(BuyerSide.TaskView::outcome);
      boolean runs = side.taskState(task) == TaskState.STREAMING && outcome.isEmpty();
      // What was refused, or failed before it used anything, has said nothing.
      boolean ran =
          outcome.isPresent()
              && !(outcome.get() instanceof TaskOutcome.Failed
                  && view.map(v -> v.usage().equals(Usage.NONE)).orElse(true));
      return new BuyerHost.Place(
          view.map(BuyerSide.TaskView::taskNo).orElse(0),
          runs || ran,
          outcome.isPresent()
              || side.finished()
              || view.map(BuyerSide.TaskView::over).orElse(false));
    }

    @Override
    public void say(PeerMessage message) {
      talks.links.talk(new NegotiationId(key.get().id()), message);
    }

    @Override
    public void after(Duration delay, Runnable then) {
      talks.runner.after(delay, then);
    }

    @Override
    public void listen(String name, Predicate<Duration> step) {
      talks.runner.listen(name, step);
    }

    @Override
    public long nanos() {
      return talks.runner.nanos();
    }

    @Override
    public void pause(long nanos, Wait wait) throws InterruptedException {
      talks.runner.pause(nanos, wait::await);
    }

    @Override
    public void requireOpen() {
      talks.requireOpen.run();
    }
  }
}
