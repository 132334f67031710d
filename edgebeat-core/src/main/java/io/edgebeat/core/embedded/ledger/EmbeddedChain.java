package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Keccak256;
import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.identity.SigningRequest;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.LedgerHead;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.ledger.LedgerTime;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionId;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.core.agreement.ChannelState;
import io.edgebeat.core.agreement.MoneyRules;
import io.edgebeat.core.agreement.SignerRecovery;
import io.edgebeat.core.clock.WallClock;
import io.edgebeat.core.codec.RecordCodec;
import io.edgebeat.core.journal.Disk;
import io.edgebeat.core.journal.FileDisk;
import io.edgebeat.core.journal.Journal;
import io.edgebeat.core.journal.JournalOptions;
import io.edgebeat.core.journal.JournalReplay;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A chain inside the process, shared by the nodes of one market: every account {@link #connect}s
 * and gets its own {@link Ledger}.
 *
 * <p>Transactions are signed and verified as on any chain. There is no miner: whoever broadcasts
 * puts its transaction into the pool, and the first that gets the chain's lock makes one block of
 * all that wait, with one sync. An account's transactions are executed in the order of their
 * nonces; one behind a gap waits. A command that is refused uses its nonce and moves nothing.
 *
 * <p>With a disk, a block is durable before anybody sees it. On opening, every block is executed
 * again, signatures included, and must give the same results. The pool is not durable: whoever has
 * sent and sees no outcome sends the same bytes again, as on any chain.
 *
 * <p>Threads: calls may overlap.
 */
public final class EmbeddedChain implements AutoCloseable {
  private static final RecordCodec<Result.All> RESULTS = RecordCodec.of(Result.All.class);
  private static final Amount NOTHING = Amount.zero(Asset.EDG);
  private static final int MAX_BLOCK_BYTES = 256 * 1024;
  private static final int MAX_KEYS = 10_000;
  private static final int CURSOR_BYTES = 12;

  private final Config config;
  private final ChainRecord.Genesis genesis;
  private final Bytes32 genesisHash;
  private final LedgerInfo info;
  private final Bytes32 separator;
  private final MoneyRules moneyRules;
  private final Interpreter interpreter;
  private final Map<Address, PublicKey> keys = new ConcurrentHashMap<>();
  private final Queue<Pending> incoming = new ConcurrentLinkedQueue<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();

  // All below is guarded by the lock.
  private final World world = new World();
  private final Map<Address, NonceBook> nonces = new HashMap<>();
  private final Map<Address, TreeMap<Long, Pending>> pool = new HashMap<>();
  private final Map<TransactionId, Long> arrival = new HashMap<>();
  private final Map<TransactionId, Fate> fates = new HashMap<>();
  private final Map<Place, TransactionId> places = new HashMap<>();
  private final Map<TransactionId, Place> outrun = new HashMap<>();
  private final List<LogEntry> log = new ArrayList<>();
  private final Deque<BlockRef> recent = new ArrayDeque<>();
  private BlockRef finalBlock;
  private BlockRef head;
  private Instant latest = Instant.EPOCH;

  /** When the newest block was made, or dropped. */
  private Instant since = Instant.EPOCH;

  /** How far it reached before a reorganisation: whoever counts by heads waits for as many. */
  private long longest;

  private long era;
  private long arrivals;
  private boolean paused;
  private boolean closed;
  private @Nullable EdgeBeatException broken;
  private @Nullable Journal journal;

  /**
   * Settings; a value. Each method with an argument returns a changed copy.
   *
   * @param signatures checks signatures
   * @param clock the time; blocks are stamped with its whole seconds
   * @param chainId the chain id in every signature
   * @param parameters what new agreements are checked against
   * @param funds who holds how much before the first block; no token is ever added
   * @param finalityDepth how many blocks on top make a block final; 0 makes it final at once
   * @param blockInterval after how much time a block without transactions is made while something
   *     is not final; zero for never
   */
  public record Config(
      SignatureBackend signatures,
      InstantSource clock,
      long chainId,
      LedgerParameters parameters,
      SortedMap<Address, Amount> funds,
      int finalityDepth,
      Duration blockInterval) {
    private static final long CHAIN_ID = 31_337;
    private static final int MAX_FINALITY_DEPTH = 1024;

    /**
     * Checks and copies.
     *
     * @throws EdgeBeatException {@code INVALID_ARGUMENT} naming the value
     */
    public Config {
      Objects.requireNonNull(signatures, "signatures");
      Objects.requireNonNull(clock, "clock");
      Objects.requireNonNull(parameters, "parameters");
      funds = Collections.unmodifiableSortedMap(new TreeMap<>(funds));
      BigInteger supply = BigInteger.ZERO;
      for (Amount amount : funds.values()) {
        if (!amount.asset().equals(Asset.EDG)) {
          throw invalid("the market counts in EDG, found funds of " + amount);
        }
        supply = supply.add(amount.baseUnits());
      }
      if (supply.compareTo(Amount.MAX) > 0) {
        throw invalid("the funds add up to " + supply + " base units, more than 2^96 - 1");
      }
      if (finalityDepth < 0 || finalityDepth > MAX_FINALITY_DEPTH) {
        throw invalid("finalityDepth " + finalityDepth + " is not in 0 .. " + MAX_FINALITY_DEPTH);
      }
      if (blockInterval.isNegative()
          || (!blockInterval.isZero() && blockInterval.toMillis() == 0)) {
        throw invalid("blockInterval " + blockInterval + " is not 0 or at least a millisecond");
      }
    }

    private static EdgeBeatException invalid(String message) {
      return new EdgeBeatException(ErrorCode.INVALID_ARGUMENT, message);
    }

    /**
     * With another clock.
     *
     * @param source the time
     */
    public Config clock(InstantSource source) {
      return new Config(
          signatures, source, chainId, parameters, funds, finalityDepth, blockInterval);
    }

    /**
     * With another chain id.
     *
     * @param id the chain id in every signature
     */
    public Config chainId(long id) {
      return new Config(signatures, clock, id, parameters, funds, finalityDepth, blockInterval);
    }

    /**
     * With other parameters.
     *
     * @param checks what new agreements are checked against
     */
    public Config parameters(LedgerParameters checks) {
      return new Config(signatures, clock, chainId, checks, funds, finalityDepth, blockInterval);
    }

    /**
     * With other funds.
     *
     * @param initial who holds how much before the first block
     */
    public Config funds(Map<Address, Amount> initial) {
      return new Config(
          signatures,
          clock,
          chainId,
          parameters,
          new TreeMap<>(initial),
          finalityDepth,
          blockInterval);
    }

    /**
     * With another finality.
     *
     * @param depth how many blocks on top make a block final
     */
    public Config finalityDepth(int depth) {
      return new Config(signatures, clock, chainId, parameters, funds, depth, blockInterval);
    }

    /**
     * With another interval.
     *
     * @param interval after how much time an empty block is made; zero for never
     */
    public Config blockInterval(Duration interval) {
      return new Config(signatures, clock, chainId, parameters, funds, finalityDepth, interval);
    }
  }

  /** A block as far as it is needed once it was executed. */
  private static final class BlockRef {
    final long number;
    final Bytes32 hash;
    final Instant time;
    final List<Pending> transactions;
    final List<LedgerEvent> events = new ArrayList<>();
    final List<World.Change> changes;
    final Map<Slot<?>, World.Change> firstChanges = new HashMap<>();
    boolean dropped;

    BlockRef(
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

  private record Pending(
      TransactionId id, LedgerTransaction transaction, LedgerCommand command, Blob bytes) {
    Address sender() {
      return transaction.sender();
    }

    long nonce() {
      return transaction.nonce();
    }
  }

  private record Arrived(long arrival, Pending pending) {}

  private record Fate(BlockRef block, Result result) {}

  private record Place(Address account, long nonce) {}

  private record LogEntry(BlockRef block, int index, boolean retracted, LedgerEvent event) {}

  private EmbeddedChain(Config config, UnaryOperator<Rules> planted) {
    this.config = config;
    this.genesis =
        new ChainRecord.Genesis(
            config.chainId(), config.parameters(), config.funds(), config.finalityDepth());
    genesisHash = genesis.hash();
    byte[] tail = Keccak256.hash(genesisHash.toBytes());
    Address market = Address.of(Arrays.copyOfRange(tail, 12, 32));
    SigningDomain domain = SigningDomain.edgeBeat(config.chainId(), market);
    this.separator = domain.separator();
    this.info =
        new LedgerInfo(domain, Asset.EDG, config.finalityDepth(), commands(), config.parameters());
    SignerRecovery signers = new RememberedSigners(SignerRecovery.of(config.signatures()));
    this.moneyRules = new MoneyRules(domain, config.parameters(), signers);
    this.interpreter =
        new Interpreter(world, config.parameters(), moneyRules, planted.apply(moneyRules::decide));
    config.funds().forEach((owner, amount) -> world.put(new Slot.Wallet(owner), amount));
    this.head = new BlockRef(0, genesisHash, Instant.EPOCH, List.of(), world.cut());
    this.finalBlock = head;
  }

  @SuppressWarnings("unchecked") // every permitted subclass is one
  private static Set<Class<? extends LedgerCommand>> commands() {
    return Set.of((Class<? extends LedgerCommand>[]) LedgerCommand.class.getPermittedSubclasses());
  }

  /**
   * Settings to start with: final at once, default parameters, the system's clock, no tokens.
   *
   * @param signatures checks signatures
   */
  public static Config config(SignatureBackend signatures) {
    return new Config(
        signatures,
        WallClock.MACHINE,
        Config.CHAIN_ID,
        LedgerParameters.DEFAULTS,
        Collections.emptySortedMap(),
        0,
        Duration.ofSeconds(1));
  }

  /**
   * A new chain that ends with the process.
   *
   * @param config the settings
   */
  public static EmbeddedChain inMemory(Config config) {
    return planted(config, UnaryOperator.identity());
  }

  /** For tests of the tests: with rules that are wrong in one place. */
  static EmbeddedChain planted(Config config, UnaryOperator<Rules> planted) {
    return new EmbeddedChain(config, planted);
  }

  /**
   * Opens the chain of a directory, a new one when it is empty.
   *
   * @param config the settings; chain id, parameters, funds and finality must be those the chain
   *     was made with
   * @param directory made when it is missing, its parent must exist; for this chain only
   * @return the chain
   * @throws EdgeBeatException {@code CORRUPTED} naming file and block, {@code INVALID_CONFIG_VALUE}
   *     naming the setting that differs, {@code LOCKED} or {@code STORAGE_FAILED}
   */
  public static EmbeddedChain open(Config config, Path directory) {
    return open(config, FileDisk.open(directory));
  }

  /**
   * Opens the chain of a disk, real or simulated.
   *
   * @param config the settings
   * @param disk for this chain only
   * @return the chain
   * @throws EdgeBeatException as {@link #open(Config, Path)}
   */
  public static EmbeddedChain open(Config config, Disk disk) {
    EmbeddedChain chain = new EmbeddedChain(config, UnaryOperator.identity());
    chain.load(disk);
    return chain;
  }

  // The file.

  private void load(Disk disk) {
    byte[] id = Arrays.copyOf(genesis.hash().toBytes(), JournalOptions.ID_BYTES);
    lock.lock();
    try {
      Journal opened =
          Journal.open(
              disk,
              JournalOptions.withNewId(id),
              new JournalReplay() {
                @Override
                public void snapshot(byte[] state, long upToSequence) {
                  throw corrupted(disk, upToSequence, "a snapshot, which a chain never writes");
                }

                @Override
                public void record(long sequence, byte[] payload) {
                  replay(disk, sequence, payload);
                }
              });
      journal = opened;
      if (opened.recovery().fresh() || opened.recovery().nextSequence() == 1) {
        opened.appendAndSync(ChainRecord.CODEC.encode(genesis));
      }
    } finally {
      lock.unlock();
    }
  }

  private void replay(Disk disk, long sequence, byte[] payload) {
    ChainRecord record;
    try {
      record = ChainRecord.CODEC.decode(payload);
    } catch (EdgeBeatException e) {
      throw new EdgeBeatException(
          e.code(), RetryAdvice.NEVER, where(disk, sequence) + e.getMessage(), e);
    }
    if ((sequence == 1) != record instanceof ChainRecord.Genesis) {
      throw corrupted(disk, sequence, "a " + record.getClass().getSimpleName());
    }
    switch (record) {
      case ChainRecord.Genesis found -> compare(disk, found);
      case ChainRecord.Pause pause -> paused = pause.paused();
      case ChainRecord.Rollback back -> {
        long depth = head.number - back.head();
        if (depth < 1 || depth > recent.size()) {
          throw corrupted(disk, sequence, "a rollback from block " + head.number + " to " + back);
        }
        rollback(depth, false);
        if (!head.hash.equals(back.hash())) {
          throw corrupted(disk, sequence, "a rollback to " + back + ", which is " + head.hash);
        }
      }
      case ChainRecord.Block block -> replay(disk, sequence, block, payload);
    }
  }

  private void replay(Disk disk, long sequence, ChainRecord.Block block, byte[] payload) {
    String name = "block " + block.number();
    if (block.number() != head.number + 1
        || block.era() != era
        || !block.parent().equals(head.hash)
        || block.time().isBefore(latest)) {
      throw corrupted(
          disk,
          sequence,
          name
              + " of "
              + block.time()
              + " on parent "
              + block.parent()
              + ", behind block "
              + head.number
              + " "
              + head.hash
              + " and the time "
              + latest);
    }
    List<Pending> transactions = new ArrayList<>();
    for (Blob bytes : block.transactions()) {
      Pending pending;
      try {
        pending = verified(bytes);
      } catch (EdgeBeatException e) {
        throw corrupted(
            disk, sequence, name + ", transaction " + transactions.size() + ": " + e.getMessage());
      }
      // The nonces of one sender may follow one another in one block.
      Slot.Nonce slot = new Slot.Nonce(pending.sender());
      if (pending.nonce() != nonce(pending.sender())) {
        throw corrupted(
            disk, sequence, name + " with nonce " + pending.nonce() + " of " + pending.sender());
      }
      transactions.add(pending);
      world.put(slot, pending.nonce() + 1);
    }
    world.undoTo(0);
    Executed executed = execute(transactions, block.time());
    if (!executed.hash.equals(block.results())) {
      throw corrupted(
          disk,
          sequence,
          name + ", whose results hash to " + executed.hash + " and not " + block.results());
    }
    publish(block, ContentId.sha256(payload), transactions, executed);
  }

  private void compare(Disk disk, ChainRecord.Genesis found) {
    String differs =
        found.chainId() != genesis.chainId()
            ? "chain id " + found.chainId() + ", not " + genesis.chainId()
            : !found.parameters().equals(genesis.parameters())
                ? "parameters " + found.parameters() + ", not " + genesis.parameters()
                : found.finalityDepth() != genesis.finalityDepth()
                    ? "finality depth " + found.finalityDepth() + ", not " + genesis.finalityDepth()
                    : !found.funds().equals(genesis.funds()) ? "other funds" : "";
    if (!differs.isEmpty()) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_CONFIG_VALUE, where(disk, 1) + "the chain was made with " + differs);
    }
  }

  private static EdgeBeatException corrupted(Disk disk, long sequence, String found) {
    return new EdgeBeatException(ErrorCode.CORRUPTED, where(disk, sequence) + "found " + found);
  }

  private static String where(Disk disk, long sequence) {
    return "chain in " + disk.locate(".") + ", record " + sequence + ": ";
  }

  private void store(ChainRecord record) {
    store(ChainRecord.CODEC.encode(record));
  }

  private void store(byte[] record) {
    if (journal != null) {
      try {
        journal.appendAndSync(record);
      } catch (EdgeBeatException e) {
        // What is on the disk is unknown until it is opened again.
        broken = e;
        news.signalAll();
        throw e;
      }
    }
  }

  // Accounts.

  /**
   * Gives an account its ledger. Several connections of one account share its nonces.
   *
   * @param signer signs the account's transactions
   * @return the ledger; closing it leaves the chain open
   */
  public EmbeddedLedger connect(Signer signer) {
    lock.lock();
    try {
      check();
      return new EmbeddedLedger(this, signer);
    } finally {
      lock.unlock();
    }
  }

  /**
   * What every connection tells about itself.
   *
   * @return domain, parameters, finality, commands
   */
  public LedgerInfo info() {
    return info;
  }

  SignedTransaction prepare(Signer signer, LedgerCommand command) {
    Address account = signer.address();
    long nonce;
    lock.lock();
    try {
      check();
      nonce = book(account).take(nonce(account));
    } finally {
      lock.unlock();
    }
    try {
      LedgerTransaction transaction = LedgerTransaction.of(account, nonce, command);
      Bytes32 digest = transaction.digest(separator);
      Signature signature =
          signer.sign(
              new SigningRequest.OfTransaction(
                  digest, config.chainId(), command.name() + ", nonce " + nonce));
      Blob bytes = Blob.of(new LedgerTransaction.SignedForm(transaction, signature).encode());
      TransactionId id = new TransactionId(digest);
      lock.lock();
      try {
        book(account).signed(nonce, id);
      } finally {
        lock.unlock();
      }
      return new SignedTransaction(id, account, nonce, bytes);
    } catch (RuntimeException | Error e) {
      lock.lock();
      try {
        book(account).giveBack(nonce);
      } finally {
        lock.unlock();
      }
      throw e;
    }
  }

  void abandon(SignedTransaction transaction) {
    lock.lock();
    try {
      check();
      if (!book(transaction.sender()).abandon(transaction.nonce(), transaction.id())) {
        throw new EdgeBeatException(
            ErrorCode.INVALID_ARGUMENT,
            "transaction " + transaction.id() + " was not prepared here, or was sent");
      }
    } finally {
      lock.unlock();
    }
  }

  void restore(Address account, List<SignedTransaction> unfinished) {
    lock.lock();
    try {
      check();
      absorb();
      SortedSet<Long> known = new TreeSet<>(pool.getOrDefault(account, new TreeMap<>()).keySet());
      Map<Long, TransactionId> unsent = new HashMap<>();
      for (SignedTransaction t : unfinished) {
        if (!t.sender().equals(account)) {
          throw new EdgeBeatException(
              ErrorCode.INVALID_ARGUMENT,
              "transaction " + t.id() + " is of " + t.sender() + ", not of " + account);
        }
        if (t.nonce() >= nonce(account) && known.add(t.nonce())) {
          unsent.put(t.nonce(), t.id());
        }
      }
      // What was taken and is in no journal was never sent: a gap that nobody would close.
      nonces.put(account, new NonceBook(nonce(account), known, unsent));
    } finally {
      lock.unlock();
    }
  }

  private NonceBook book(Address account) {
    return nonces.computeIfAbsent(account, a -> new NonceBook());
  }

  private long nonce(Address account) {
    return world.get(new Slot.Nonce(account)).orElse(0L);
  }

  // Transactions.

  void broadcast(SignedTransaction sent) {
    Pending pending = verified(sent.bytes());
    if (!pending.id.equals(sent.id())
        || !pending.sender().equals(sent.sender())
        || pending.nonce() != sent.nonce()) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "the bytes are transaction "
              + pending.id
              + " of "
              + pending.sender()
              + " with nonce "
              + pending.nonce()
              + ", not "
              + sent.id()
              + " of "
              + sent.sender()
              + " with nonce "
              + sent.nonce());
    }
    moneyRules.prepare(pending.command);
    incoming.add(pending);
    lock.lock();
    try {
      check();
      mineWaiting();
    } finally {
      lock.unlock();
    }
  }

  /** Reads bytes and checks that their sender has signed them; needs no lock. */
  private Pending verified(Blob bytes) {
    LedgerTransaction.SignedForm form = LedgerTransaction.SignedForm.decode(bytes);
    LedgerTransaction transaction = form.transaction();
    LedgerCommand command = transaction.decoded();
    Bytes32 digest = transaction.digest(separator);
    if (!signedBy(transaction.sender(), digest, form.signature())) {
      throw new EdgeBeatException(
          ErrorCode.BAD_SIGNATURE,
          "the signature "
              + form.signature()
              + " of transaction "
              + digest
              + " is malformed, has a high s, or is not by "
              + transaction.sender());
    }
    return new Pending(new TransactionId(digest), transaction, command, bytes);
  }

  /**
   * Verifies with the key an account has shown before, because v does not matter here: the id is
   * that of what was signed.
   */
  private boolean signedBy(Address account, Bytes32 digest, Signature signature) {
    SignatureBackend backend = config.signatures();
    PublicKey known = keys.get(account);
    if (known != null) {
      return backend.verify(digest, signature, known);
    }
    if (!signature.isWellFormed()) {
      return false;
    }
    for (int v = 0; v < 2; v++) {
      Signature either = Signature.of(signature.compact(), signature.recoveryId() ^ v);
      Optional<PublicKey> key = backend.recover(digest, either);
      if (key.isPresent() && key.get().address().equals(account)) {
        if (keys.size() >= MAX_KEYS) {
          keys.clear();
        }
        keys.put(account, key.get());
        return true;
      }
    }
    return false;
  }

  /** Takes what has come in into the pool. */
  private void absorb() {
    for (Pending p = incoming.poll(); p != null; p = incoming.poll()) {
      book(p.sender()).sent(p.nonce());
      Place place = new Place(p.sender(), p.nonce());
      if (fates.containsKey(p.id)) {
        continue;
      }
      if (p.nonce() < nonce(p.sender())) {
        outrun.put(p.id, place);
        continue;
      }
      Pending earlier =
          pool.computeIfAbsent(p.sender(), a -> new TreeMap<>()).putIfAbsent(p.nonce(), p);
      if (earlier == null) {
        arrival.put(p.id, arrivals++);
      } else if (!earlier.id.equals(p.id)) {
        outrun.put(p.id, place);
      }
    }
  }

  /** Makes blocks of everything that can be executed now; true when there was any. */
  private boolean mineWaiting() {
    absorb();
    PriorityQueue<Arrived> ready = new PriorityQueue<>(Comparator.comparingLong(Arrived::arrival));
    for (Map.Entry<Address, TreeMap<Long, Pending>> e : pool.entrySet()) {
      Pending first = e.getValue().get(nonce(e.getKey()));
      if (first != null) {
        ready.add(arrived(first));
      }
    }
    boolean any = !ready.isEmpty();
    while (!ready.isEmpty()) {
      List<Pending> block = new ArrayList<>();
      int bytes = 0;
      while (!ready.isEmpty() && bytes < MAX_BLOCK_BYTES) {
        Pending p = ready.remove().pending;
        block.add(p);
        bytes += p.bytes.size();
        Pending next = pool.getOrDefault(p.sender(), new TreeMap<>()).get(p.nonce() + 1);
        if (next != null) {
          ready.add(arrived(next));
        }
      }
      mine(block, now());
    }
    return any;
  }

  private Arrived arrived(Pending pending) {
    return new Arrived(arrival.getOrDefault(pending.id, 0L), pending);
  }

  private record Executed(List<Result> results, List<World.Change> changes, Bytes32 hash) {}

  private Executed execute(List<Pending> transactions, Instant time) {
    List<Result> results = new ArrayList<>();
    for (Pending p : transactions) {
      world.put(new Slot.Nonce(p.sender()), p.nonce() + 1);
      results.add(interpreter.execute(p.sender(), p.command, time, paused));
    }
    Bytes32 hash = ContentId.sha256(RESULTS.encode(new Result.All(results)));
    return new Executed(results, world.cut(), hash);
  }

  private void mine(List<Pending> transactions, Instant time) {
    Executed executed = execute(transactions, time);
    ChainRecord.Block block =
        new ChainRecord.Block(
            head.number + 1,
            era,
            head.hash,
            time,
            transactions.stream().map(Pending::bytes).toList(),
            executed.hash);
    byte[] encoded = block.encode();
    try {
      store(encoded);
    } catch (EdgeBeatException e) {
      world.undo(executed.changes);
      throw e;
    }
    publish(block, ContentId.sha256(encoded), transactions, executed);
  }

  private void publish(
      ChainRecord.Block block, Bytes32 hash, List<Pending> transactions, Executed executed) {
    BlockRef made =
        new BlockRef(block.number(), hash, block.time(), transactions, executed.changes);
    for (int i = 0; i < transactions.size(); i++) {
      Pending p = transactions.get(i);
      Result result = executed.results.get(i);
      fates.put(p.id, new Fate(made, result));
      places.put(new Place(p.sender(), p.nonce()), p.id);
      arrival.remove(p.id);
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
      log.add(new LogEntry(made, i, false, made.events.get(i)));
    }
    head = made;
    latest = block.time();
    since = latest;
    recent.addLast(made);
    while (!recent.isEmpty() && head.number - recent.getFirst().number >= config.finalityDepth()) {
      finalBlock = recent.removeFirst();
      finalBlock.changes.clear();
      finalBlock.firstChanges.clear();
    }
    news.signalAll();
  }

  TransactionStatus status(TransactionId id) {
    lock.lock();
    try {
      check();
      tick();
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
    } finally {
      lock.unlock();
    }
  }

  // Time, finality, reorganisations.

  /** The ledger's time: that of the clock, never going back. */
  private Instant now() {
    Instant clock = LedgerTime.floor(config.clock().instant());
    if (clock.isAfter(latest)) {
      latest = clock;
    }
    return latest;
  }

  /**
   * Makes the blocks that time has brought: of what a reorganisation has returned, and empty ones
   * until nothing that happened is less than final.
   */
  private void tick() {
    long interval = config.blockInterval().toMillis();
    if (interval == 0 || (pool.isEmpty() && settled())) {
      return;
    }
    Instant now = now();
    long due = Duration.between(since, now).toMillis() / interval;
    if (due > 0 && !pool.isEmpty() && mineWaiting()) {
      return;
    }
    for (long i = 0; i < due && !settled(); i++) {
      mine(List.of(), now);
    }
  }

  /** Nothing is less than final, and the chain is as long as it was before it was reorganised. */
  private boolean settled() {
    return quiet() >= config.finalityDepth() && head.number >= longest;
  }

  /** How many blocks without transactions are on top; all when nothing is less than final. */
  private long quiet() {
    long empty = 0;
    for (Iterator<BlockRef> i = recent.descendingIterator(); i.hasNext(); empty++) {
      if (!i.next().transactions.isEmpty()) {
        return empty;
      }
    }
    return Long.MAX_VALUE;
  }

  private Finality finality(BlockRef block) {
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
      case SAFE -> Math.max(finalBlock.number, head.number - (config.finalityDepth() + 1) / 2);
      case FINAL -> finalBlock.number;
    };
  }

  @SuppressWarnings("unchecked") // a slot is only ever given values of its kind
  <V> Optional<V> read(Slot<V> slot, Finality at) {
    lock.lock();
    try {
      check();
      tick();
      long number = numberAt(at);
      for (BlockRef block : recent) {
        World.Change change = block.number > number ? block.firstChanges.get(slot) : null;
        if (change != null) {
          return Optional.ofNullable((V) change.before());
        }
      }
      return world.get(slot);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes a block of what waits, and blocks without transactions behind it.
   *
   * @param empty how many empty ones
   */
  public void mine(int empty) {
    lock.lock();
    try {
      check();
      mineWaiting();
      for (int i = 0; i < empty; i++) {
        mine(List.of(), now());
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * How many blocks a reorganisation may drop now.
   *
   * @return those that are not final
   */
  public int reorgDepth() {
    lock.lock();
    try {
      return recent.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Drops the newest blocks. Their events come again as retracted, latest first.
   *
   * @param depth how many, at most those that are not final
   * @param again true when their transactions wait to be executed again, false when they are
   *     forgotten; whoever has sent them may then send them again
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} naming the depth when it is another
   */
  public void reorg(int depth, boolean again) {
    lock.lock();
    try {
      check();
      if (depth < 1 || depth > recent.size()) {
        throw new EdgeBeatException(
            ErrorCode.INVALID_ARGUMENT,
            "a reorganisation of " + depth + " blocks, " + recent.size() + " are not final");
      }
      BlockRef target = finalBlock;
      Iterator<BlockRef> i = recent.descendingIterator();
      for (int skipped = 0; i.hasNext(); skipped++) {
        BlockRef block = i.next();
        if (skipped == depth) {
          target = block;
          break;
        }
      }
      store(new ChainRecord.Rollback(target.number, target.hash));
      rollback(depth, again);
      since = now();
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void rollback(long depth, boolean again) {
    era++;
    List<Pending> returned = new ArrayList<>();
    for (long i = 0; i < depth; i++) {
      BlockRef block = recent.removeLast();
      world.undo(block.changes);
      block.dropped = true;
      for (int e = block.events.size() - 1; e >= 0; e--) {
        log.add(new LogEntry(block, e, true, block.events.get(e)));
      }
      for (Pending p : block.transactions) {
        fates.remove(p.id);
        places.remove(new Place(p.sender(), p.nonce()));
      }
      returned.addAll(0, block.transactions);
    }
    longest = Math.max(longest, head.number);
    head = recent.isEmpty() ? finalBlock : recent.getLast();
    if (again) {
      incoming.addAll(returned);
      absorb();
    }
  }

  /**
   * Pauses new agreements, or no longer. What is open is not touched.
   *
   * @param pause whether to pause
   */
  public void pause(boolean pause) {
    lock.lock();
    try {
      check();
      store(new ChainRecord.Pause(pause));
      paused = pause;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The newest block; its time is the ledger's time now.
   *
   * @return number, hash and time
   */
  public LedgerHead head() {
    lock.lock();
    try {
      check();
      tick();
      return new LedgerHead(head.number, head.hash, now());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Counts all tokens.
   *
   * @return where they are, at the newest block
   */
  public Audit audit() {
    lock.lock();
    try {
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
      Amount supply = config.funds().values().stream().reduce(NOTHING, Amount::plus);
      return new Audit(supply, sums[0], sums[1], sums[2], sums[3]);
    } finally {
      lock.unlock();
    }
  }

  // Events.

  EventPage awaitEvents(
      LedgerCursor from, int limit, Duration timeout, BooleanSupplier disconnected) {
    if (limit < 1) {
      throw new EdgeBeatException(ErrorCode.INVALID_ARGUMENT, "limit " + limit + " is below 1");
    }
    lock.lock();
    try {
      check();
      int position = position(from);
      long left = timeout.isNegative() ? 0 : nanos(timeout);
      while (true) {
        check();
        if (disconnected.getAsBoolean()) {
          throw EmbeddedLedger.closed();
        }
        tick();
        if (position < log.size() || left <= 0) {
          return page(position, limit);
        }
        long interval = nanos(config.blockInterval());
        long nap = interval == 0 || recent.isEmpty() ? left : Math.min(left, interval);
        left -= nap - Math.max(0, news.awaitNanos(nap));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EdgeBeatException(
          ErrorCode.INTERRUPTED, RetryAdvice.SAME_CALL, "interrupted while waiting for events", e);
    } finally {
      lock.unlock();
    }
  }

  private static long nanos(Duration duration) {
    return TimeUnit.NANOSECONDS.convert(duration);
  }

  private EventPage page(int position, int limit) {
    int end = Math.min(log.size(), position + Math.min(limit, log.size()));
    List<LedgerEntry> entries = new ArrayList<>();
    for (LogEntry e : log.subList(position, end)) {
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
    return new EventPage(entries, cursor(end), new LedgerHead(head.number, head.hash, now()));
  }

  /** Four bytes that name the chain, eight of the position in its log, which is never cut. */
  private LedgerCursor cursor(int position) {
    return new LedgerCursor(
        Blob.of(
            ByteBuffer.allocate(CURSOR_BYTES)
                .put(genesisHash.toBytes(), 0, 4)
                .putLong(position)
                .array()));
  }

  private int position(LedgerCursor cursor) {
    byte[] bytes = cursor.position().toBytes();
    if (bytes.length == 0) {
      return 0;
    }
    long position =
        bytes.length == CURSOR_BYTES && Arrays.equals(bytes, 0, 4, genesisHash.toBytes(), 0, 4)
            ? ByteBuffer.wrap(bytes).getLong(4)
            : -1;
    if (position < 0 || position > log.size()) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "the cursor "
              + cursor.position()
              + " is not of this chain, which has "
              + log.size()
              + " entries");
    }
    return (int) position;
  }

  void wake() {
    lock.lock();
    try {
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void check() {
    if (closed) {
      throw new EdgeBeatException(ErrorCode.CLOSED, "the embedded chain is closed");
    }
    if (broken != null) {
      throw new EdgeBeatException(
          broken.code(),
          broken.advice(),
          "the embedded chain has stopped: " + broken.getMessage(),
          broken);
    }
  }

  /** Closes the chain and every ledger connected to it; idempotent. */
  @Override
  public void close() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      news.signalAll();
      if (journal != null) {
        journal.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
