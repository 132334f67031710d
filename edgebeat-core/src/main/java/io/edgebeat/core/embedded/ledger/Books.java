package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Keccak256;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.LedgerHead;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.api.ledger.TransactionId;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.core.agreement.ChannelState;
import io.edgebeat.core.agreement.MoneyRules;
import io.edgebeat.core.agreement.SignerRecovery;
import io.edgebeat.core.codec.RecordCodec;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What follows from the transactions of a market, in their order: who owns what, what has happened,
 * what became of each. Whoever gives the same blocks gets the same books; where transactions come
 * from, who orders them and where they are kept is up to the ledger around it.
 *
 * <p>An account's transactions are executed in the order of their nonces; one behind a gap waits. A
 * command that is refused uses its nonce and moves nothing. Not thread-safe.
 */
final class Books {
  private static final RecordCodec<Result.All> RESULTS = RecordCodec.of(Result.All.class);
  private static final Amount NOTHING = Amount.zero(Asset.EDG);
  private static final int CURSOR_BYTES = 12;

  private final Bytes32 origin;
  private final LedgerInfo info;
  private final Amount supply;
  private final MoneyRules moneyRules;
  private final Interpreter interpreter;
  private final World world = new World();
  private final Map<Address, TreeMap<Long, Pending>> pool = new HashMap<>();
  private final Map<TransactionId, Long> arrival = new HashMap<>();
  private final Map<TransactionId, Fate> fates = new HashMap<>();
  private final Map<Place, TransactionId> places = new HashMap<>();
  private final Map<TransactionId, Place> outrun = new HashMap<>();
  private final List<Told> told = new ArrayList<>();
  private final Deque<Block> recent = new ArrayDeque<>();
  private Block finalBlock;
  private Block head;
  private long arrivals;

  /** A block as far as it is needed once it was executed. */
  static final class Block {
    final long number;
    final Bytes32 hash;
    final Instant time;
    private final List<Pending> transactions;
    private final List<LedgerEvent> events = new ArrayList<>();
    private final List<World.Change> changes;
    private final Map<Slot<?>, World.Change> firstChanges = new HashMap<>();
    private boolean dropped;

    private Block(
        long number,
        Bytes32 hash,
        Instant time,
        List<Pending> transactions,
        List<World.Change> changes) {
      this.number = number;
      this.hash = hash;
      this.time = time;
      this.transactions = transactions;
      this.changes = changes;
      changes.forEach(c -> firstChanges.putIfAbsent(c.slot(), c));
    }
  }

  /**
   * Transactions that were executed and are in no block yet.
   *
   * @param transactions in their order
   * @param time when
   * @param results what came of them
   * @param changes what they changed
   * @param hash of the results
   */
  record Executed(
      List<Pending> transactions,
      Instant time,
      List<Result> results,
      List<World.Change> changes,
      Bytes32 hash) {}

  private record Arrived(long arrival, Pending pending) {}

  private record Fate(Block block, Result result) {}

  private record Place(Address account, long nonce) {}

  private record Told(Block block, int index, boolean retracted, LedgerEvent event) {}

  /**
   * Books in which only the funds are written.
   *
   * @param origin what makes this market another than any other: its address comes from it
   * @param genesis who holds how much before the first block, and the parameters
   * @param signatures checks signatures
   * @param planted for tests of the tests: makes the rules wrong in one place
   */
  Books(
      Bytes32 origin,
      ChainRecord.Genesis genesis,
      SignatureBackend signatures,
      UnaryOperator<Rules> planted) {
    this.origin = origin;
    byte[] tail = Keccak256.hash(origin.toBytes());
    SigningDomain domain =
        SigningDomain.edgeBeat(genesis.chainId(), Address.of(Arrays.copyOfRange(tail, 12, 32)));
    this.info =
        new LedgerInfo(
            domain, Asset.EDG, genesis.finalityDepth(), commands(), genesis.parameters());
    this.supply = genesis.funds().values().stream().reduce(NOTHING, Amount::plus);
    SignerRecovery signers = new RememberedSigners(SignerRecovery.of(signatures));
    this.moneyRules = new MoneyRules(domain, genesis.parameters(), signers);
    this.interpreter =
        new Interpreter(
            world,
            genesis.parameters(),
            domain.verifyingContract(),
            moneyRules,
            planted.apply(moneyRules::decide));
    genesis.funds().forEach((owner, amount) -> world.put(new Slot.Wallet(owner), amount));
    this.head = new Block(0, origin, Instant.EPOCH, List.of(), world.cut());
    this.finalBlock = head;
  }

  @SuppressWarnings("unchecked") // every permitted subclass is one
  private static Set<Class<? extends LedgerCommand>> commands() {
    return Set.of((Class<? extends LedgerCommand>[]) LedgerCommand.class.getPermittedSubclasses());
  }

  LedgerInfo info() {
    return info;
  }

  /** Does the arithmetic of a command's signatures; like {@link #info}, may overlap with others. */
  void warm(LedgerCommand command) {
    moneyRules.prepare(command);
  }

  // Transactions.

  /** The nonce of an account's next transaction. */
  long nonce(Address account) {
    return world.get(new Slot.Nonce(account)).orElse(0L);
  }

  /** The nonces of an account that have come in and wait. */
  Set<Long> waiting(Address account) {
    return pool.getOrDefault(account, new TreeMap<>()).keySet();
  }

  /** Whether nothing has come in that waits. */
  boolean isIdle() {
    return pool.isEmpty();
  }

  /** Takes a transaction that has come in; one that came before changes nothing. */
  void arrive(Pending p) {
    if (fates.containsKey(p.id())) {
      return;
    }
    Place place = new Place(p.sender(), p.nonce());
    if (p.nonce() < nonce(p.sender())) {
      outrun.put(p.id(), place);
      return;
    }
    Pending earlier =
        pool.computeIfAbsent(p.sender(), a -> new TreeMap<>()).putIfAbsent(p.nonce(), p);
    if (earlier == null) {
      arrival.put(p.id(), arrivals++);
    } else if (!earlier.id().equals(p.id())) {
      outrun.put(p.id(), place);
    }
  }

  /**
   * What can be executed next, in the order in which it came in.
   *
   * @param maxBytes no transaction is added once there are as many
   * @return empty when nothing can be
   */
  List<Pending> ready(int maxBytes) {
    PriorityQueue<Arrived> ready = new PriorityQueue<>(Comparator.comparingLong(Arrived::arrival));
    for (Map.Entry<Address, TreeMap<Long, Pending>> e : pool.entrySet()) {
      Pending first = e.getValue().get(nonce(e.getKey()));
      if (first != null) {
        ready.add(arrived(first));
      }
    }
    List<Pending> block = new ArrayList<>();
    int bytes = 0;
    while (!ready.isEmpty() && bytes < maxBytes) {
      Pending p = ready.remove().pending;
      block.add(p);
      bytes += p.bytes().size();
      Pending next = pool.getOrDefault(p.sender(), new TreeMap<>()).get(p.nonce() + 1);
      if (next != null) {
        ready.add(arrived(next));
      }
    }
    return block;
  }

  private Arrived arrived(Pending pending) {
    return new Arrived(arrival.getOrDefault(pending.id(), 0L), pending);
  }

  // Blocks.

  /** Executes; then either {@link #publish} or {@link #undo} follows. */
  Executed execute(List<Pending> transactions, Instant time, boolean paused) {
    List<Result> results = new ArrayList<>();
    for (Pending p : transactions) {
      world.put(new Slot.Nonce(p.sender()), p.nonce() + 1);
      results.add(interpreter.execute(p.sender(), p.command(), time, paused));
    }
    Bytes32 hash = ContentId.sha256(RESULTS.encode(new Result.All(results)));
    return new Executed(transactions, time, results, world.cut(), hash);
  }

  void undo(Executed executed) {
    world.undo(executed.changes);
  }

  /** Makes a block of what was executed last, on top of the newest. */
  void publish(long number, Bytes32 hash, Executed executed) {
    Block made = new Block(number, hash, executed.time, executed.transactions, executed.changes);
    for (int i = 0; i < executed.transactions.size(); i++) {
      Pending p = executed.transactions.get(i);
      Result result = executed.results.get(i);
      fates.put(p.id(), new Fate(made, result));
      places.put(new Place(p.sender(), p.nonce()), p.id());
      arrival.remove(p.id());
      TreeMap<Long, Pending> waiting = pool.get(p.sender());
      if (waiting != null) {
        waiting.remove(p.nonce());
        if (waiting.isEmpty()) {
          pool.remove(p.sender());
        }
      }
      if (result instanceof Result.Done done) {
        made.events.addAll(done.events());
      }
    }
    for (int i = 0; i < made.events.size(); i++) {
      told.add(new Told(made, i, false, made.events.get(i)));
    }
    head = made;
    recent.addLast(made);
    while (!recent.isEmpty() && head.number - recent.getFirst().number >= info.finalityDepth()) {
      finalBlock = recent.removeFirst();
      finalBlock.changes.clear();
      finalBlock.firstChanges.clear();
    }
  }

  /**
   * Takes the newest blocks back.
   *
   * @param depth how many, at most {@link #reversible}
   * @return their transactions, in their order
   */
  List<Pending> rollback(long depth) {
    List<Pending> returned = new ArrayList<>();
    for (long i = 0; i < depth; i++) {
      Block block = recent.removeLast();
      world.undo(block.changes);
      block.dropped = true;
      for (int e = block.events.size() - 1; e >= 0; e--) {
        told.add(new Told(block, e, true, block.events.get(e)));
      }
      for (Pending p : block.transactions) {
        fates.remove(p.id());
        places.remove(new Place(p.sender(), p.nonce()));
      }
      returned.addAll(0, block.transactions);
    }
    head = newest(0);
    return returned;
  }

  /** The newest block. */
  Block head() {
    return head;
  }

  /** The newest block but some. */
  Block newest(int but) {
    Iterator<Block> i = recent.descendingIterator();
    for (int skipped = 0; i.hasNext(); skipped++) {
      Block block = i.next();
      if (skipped == but) {
        return block;
      }
    }
    return finalBlock;
  }

  /** How many blocks are not final. */
  int reversible() {
    return recent.size();
  }

  /** How many blocks without transactions are on top; all when nothing is less than final. */
  long quiet() {
    long empty = 0;
    for (Iterator<Block> i = recent.descendingIterator(); i.hasNext(); empty++) {
      if (!i.next().transactions.isEmpty()) {
        return empty;
      }
    }
    return Long.MAX_VALUE;
  }

  // Answers.

  /** Whether a transaction has come in before. */
  boolean knows(TransactionId id) {
    return fates.containsKey(id) || arrival.containsKey(id) || outrun.containsKey(id);
  }

  TransactionStatus status(TransactionId id) {
    Fate fate = fates.get(id);
    if (fate != null) {
      return switch (fate.result) {
        case Result.Done done ->
            new TransactionStatus.Done(finality(fate.block), fate.block.number);
        case Result.Failed failed ->
            new TransactionStatus.Failed(failed.code(), failed.reason(), finality(fate.block));
      };
    }
    if (arrival.containsKey(id)) {
      return new TransactionStatus.Pending();
    }
    Place place = outrun.get(id);
    TransactionId by = place == null ? null : places.get(place);
    return by == null ? new TransactionStatus.Unknown() : new TransactionStatus.Replaced(by);
  }

  private Finality finality(Block block) {
    return block.dropped
        ? Finality.PENDING
        : block.number <= numberAt(Finality.FINAL)
            ? Finality.FINAL
            : block.number <= numberAt(Finality.SAFE) ? Finality.SAFE : Finality.PENDING;
  }

  /** The newest block of a finality; SAFE is half way to FINAL. */
  private long numberAt(Finality at) {
    return switch (at) {
      case PENDING -> head.number;
      case SAFE -> Math.max(finalBlock.number, head.number - (info.finalityDepth() + 1) / 2);
      case FINAL -> finalBlock.number;
    };
  }

  @SuppressWarnings("unchecked") // a slot is only ever given values of its kind
  <V> Optional<V> read(Slot<V> slot, Finality at) {
    long number = numberAt(at);
    for (Block block : recent) {
      World.Change change = block.number > number ? block.firstChanges.get(slot) : null;
      if (change != null) {
        return Optional.ofNullable((V) change.before());
      }
    }
    return world.get(slot);
  }

  Audit audit() {
    Amount[] sums = {NOTHING, NOTHING, NOTHING, NOTHING};
    world.forEach(
        (slot, value) -> {
          switch (slot) {
            case Slot.Wallet w -> sums[0] = sums[0].plus((Amount) value);
            case Slot.Vault v -> sums[1] = sums[1].plus((Amount) value);
            case Slot.Pot p -> sums[2] = sums[2].plus((Amount) value);
            case Slot.Channel c -> sums[3] = sums[3].plus(((ChannelState) value).held());
            case Slot.Listing l -> {}
            case Slot.ListingSequence s -> {}
            case Slot.Nonce n -> {}
          }
        });
    return new Audit(supply, sums[0], sums[1], sums[2], sums[3]);
  }

  LedgerHead head(Instant now) {
    return new LedgerHead(head.number, head.hash, now);
  }

  /**
   * Events from a cursor on.
   *
   * @param now the ledger's time
   */
  EventPage page(LedgerCursor from, int limit, Instant now) {
    if (limit < 1) {
      throw new EdgeBeatException(ErrorCode.INVALID_ARGUMENT, "limit " + limit + " is below 1");
    }
    int position = position(from);
    int end = Math.min(told.size(), position + Math.min(limit, told.size()));
    List<LedgerEntry> entries = new ArrayList<>();
    for (Told e : told.subList(position, end)) {
      entries.add(
          new LedgerEntry(
              e.block.number,
              e.block.hash,
              e.index,
              e.block.time,
              finality(e.block),
              e.retracted,
              e.event));
    }
    return new EventPage(entries, cursor(end), head(now));
  }

  /** Four bytes that name the market, eight of the position in what was told, never cut. */
  private LedgerCursor cursor(int position) {
    return new LedgerCursor(
        Blob.of(
            ByteBuffer.allocate(CURSOR_BYTES)
                .put(origin.toBytes(), 0, 4)
                .putLong(position)
                .array()));
  }

  private int position(LedgerCursor cursor) {
    byte[] bytes = cursor.position().toBytes();
    if (bytes.length == 0) {
      return 0;
    }
    long position =
        bytes.length == CURSOR_BYTES && Arrays.equals(bytes, 0, 4, origin.toBytes(), 0, 4)
            ? ByteBuffer.wrap(bytes).getLong(4)
            : -1;
    if (position < 0 || position > told.size()) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "the cursor "
              + cursor.position()
              + " is not of this ledger, which has told "
              + told.size()
              + " events");
    }
    return (int) position;
  }
}
