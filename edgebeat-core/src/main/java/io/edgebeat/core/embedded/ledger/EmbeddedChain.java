package io.edgebeat.core.embedded.ledger;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerHead;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.api.ledger.LedgerOrigin;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.api.ledger.LedgerTime;
import io.edgebeat.api.ledger.SharedLedger;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionId;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.core.clock.WallClock;
import io.edgebeat.core.journal.Disk;
import io.edgebeat.core.journal.FileDisk;
import io.edgebeat.core.journal.Journal;
import io.edgebeat.core.journal.JournalOptions;
import io.edgebeat.core.journal.JournalReplay;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
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
public final class EmbeddedChain implements SharedLedger {
  private static final int MAX_BLOCK_BYTES = 256 * 1024;

  private final Config config;
  private final ChainRecord.Genesis genesis;
  private final Transactions transactions;
  private final Queue<Pending> incoming = new ConcurrentLinkedQueue<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();

  // All below is guarded by the lock.
  private final Books books;
  private final Accounts accounts;
  private Instant latest = Instant.EPOCH;

  /** When the newest block was made, or dropped. */
  private Instant since = Instant.EPOCH;

  /** How far it reached before a reorganisation: whoever counts by heads waits for as many. */
  private long longest;

  private long era;
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
      funds = new LedgerOrigin(chainId, parameters, funds).funds();
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

  private EmbeddedChain(Config config, UnaryOperator<Rules> planted) {
    this.config = config;
    this.genesis =
        new ChainRecord.Genesis(
            config.chainId(), config.parameters(), config.funds(), config.finalityDepth());
    this.books = new Books(genesis.hash(), genesis, config.signatures(), planted);
    this.transactions = new Transactions(books.info().domain(), config.signatures());
    this.accounts = new Accounts(lock, books, transactions);
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
        long depth = books.head().number - back.head();
        if (depth < 1 || depth > books.reversible()) {
          throw corrupted(
              disk, sequence, "a rollback from block " + books.head().number + " to " + back);
        }
        rollback(depth, false);
        if (!books.head().hash.equals(back.hash())) {
          throw corrupted(
              disk, sequence, "a rollback to " + back + ", which is " + books.head().hash);
        }
      }
      case ChainRecord.Block block -> replay(disk, sequence, block, payload);
    }
  }

  private void replay(Disk disk, long sequence, ChainRecord.Block block, byte[] payload) {
    String name = "block " + block.number();
    Books.Block head = books.head();
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
    List<Pending> pending = new ArrayList<>();
    // The nonces of one sender may follow one another in one block.
    Map<Address, Long> nonces = new HashMap<>();
    for (Blob bytes : block.transactions()) {
      Pending next;
      try {
        next = transactions.read(bytes);
      } catch (EdgeBeatException e) {
        throw corrupted(
            disk, sequence, name + ", transaction " + pending.size() + ": " + e.getMessage());
      }
      Address sender = next.sender();
      if (next.nonce() != nonces.getOrDefault(sender, books.nonce(sender))) {
        throw corrupted(
            disk, sequence, name + " with nonce " + next.nonce() + " of " + next.sender());
      }
      nonces.put(sender, next.nonce() + 1);
      pending.add(next);
    }
    Books.Executed executed = books.execute(pending, block.time(), paused);
    if (!executed.hash().equals(block.results())) {
      throw corrupted(
          disk,
          sequence,
          name + ", whose results hash to " + executed.hash() + " and not " + block.results());
    }
    publish(block.number(), ContentId.sha256(payload), executed);
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
  @Override
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
    return books.info();
  }

  SignedTransaction prepare(Signer signer, LedgerCommand command) {
    lock.lock();
    try {
      check();
    } finally {
      lock.unlock();
    }
    return accounts.prepare(signer, command);
  }

  void abandon(SignedTransaction transaction) {
    lock.lock();
    try {
      check();
      accounts.abandon(transaction);
    } finally {
      lock.unlock();
    }
  }

  void restore(Address account, List<SignedTransaction> unfinished) {
    lock.lock();
    try {
      check();
      absorb();
      accounts.restore(account, unfinished);
    } finally {
      lock.unlock();
    }
  }

  // Transactions.

  void broadcast(SignedTransaction sent) {
    Pending pending = transactions.read(sent);
    books.warm(pending.command());
    incoming.add(pending);
    lock.lock();
    try {
      check();
      mineWaiting();
    } finally {
      lock.unlock();
    }
  }

  /** Takes what has come in into the pool. */
  private void absorb() {
    for (Pending p = incoming.poll(); p != null; p = incoming.poll()) {
      accounts.sent(p);
      books.arrive(p);
    }
  }

  /** Makes blocks of everything that can be executed now; true when there was any. */
  private boolean mineWaiting() {
    absorb();
    List<Pending> block = books.ready(MAX_BLOCK_BYTES);
    boolean any = !block.isEmpty();
    for (; !block.isEmpty(); block = books.ready(MAX_BLOCK_BYTES)) {
      mine(block, now());
    }
    return any;
  }

  private void mine(List<Pending> pending, Instant time) {
    Books.Executed executed = books.execute(pending, time, paused);
    Books.Block head = books.head();
    ChainRecord.Block block =
        new ChainRecord.Block(
            head.number + 1,
            era,
            head.hash,
            time,
            pending.stream().map(Pending::bytes).toList(),
            executed.hash());
    byte[] encoded = block.encode();
    try {
      store(encoded);
    } catch (EdgeBeatException e) {
      books.undo(executed);
      throw e;
    }
    publish(block.number(), ContentId.sha256(encoded), executed);
  }

  private void publish(long number, Bytes32 hash, Books.Executed executed) {
    books.publish(number, hash, executed);
    latest = executed.time();
    since = latest;
    news.signalAll();
  }

  TransactionStatus status(TransactionId id) {
    lock.lock();
    try {
      check();
      tick();
      return books.status(id);
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
    if (interval == 0 || (books.isIdle() && settled())) {
      return;
    }
    Instant now = now();
    long due = Duration.between(since, now).toMillis() / interval;
    if (due > 0 && !books.isIdle() && mineWaiting()) {
      return;
    }
    for (long i = 0; i < due && !settled(); i++) {
      mine(List.of(), now);
    }
  }

  /** Nothing is less than final, and the chain is as long as it was before it was reorganised. */
  private boolean settled() {
    return books.quiet() >= config.finalityDepth() && books.head().number >= longest;
  }

  <V> Optional<V> read(Slot<V> slot, Finality at) {
    lock.lock();
    try {
      check();
      tick();
      return books.read(slot, at);
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
      return books.reversible();
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
      if (depth < 1 || depth > books.reversible()) {
        throw new EdgeBeatException(
            ErrorCode.INVALID_ARGUMENT,
            "a reorganisation of " + depth + " blocks, " + books.reversible() + " are not final");
      }
      Books.Block target = books.newest(depth);
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
    longest = Math.max(longest, books.head().number);
    List<Pending> returned = books.rollback(depth);
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
      return books.head(now());
    } finally {
      lock.unlock();
    }
  }

  /** Its accounts have what they begin with from the first block on: see {@link Config#funds}. */
  @Override
  public void fund(Map<Address, Amount> funds) {
    throw new EdgeBeatException(
        ErrorCode.UNSUPPORTED, "accounts of an embedded chain are given tokens by its Config only");
  }

  @Override
  public void reorg(int depth) {
    reorg(depth, true);
  }

  @Override
  public boolean balanced() {
    return audit().isExact();
  }

  /**
   * Counts all tokens.
   *
   * @return where they are, at the newest block
   */
  public Audit audit() {
    lock.lock();
    try {
      return books.audit();
    } finally {
      lock.unlock();
    }
  }

  // Events.

  EventPage awaitEvents(
      LedgerCursor from, int limit, Duration timeout, BooleanSupplier disconnected) {
    lock.lock();
    try {
      long left = timeout.isNegative() ? 0 : nanos(timeout);
      while (true) {
        check();
        if (disconnected.getAsBoolean()) {
          throw EmbeddedLedger.closed();
        }
        tick();
        EventPage page = books.page(from, limit, now());
        if (!page.entries().isEmpty() || left <= 0) {
          return page;
        }
        long interval = nanos(config.blockInterval());
        long nap = interval == 0 || books.reversible() == 0 ? left : Math.min(left, interval);
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
