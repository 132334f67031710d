package io.edgebeat.benchmarks.kill;

import io.edgebeat.EdgeBeat;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.ledger.TransactionId;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentReader;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.ContentStore;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.benchmarks.simulate.GivenWord;
import io.edgebeat.benchmarks.simulate.LedgerBook;
import io.edgebeat.benchmarks.simulate.Spending;
import io.edgebeat.benchmarks.simulate.Wiretap;
import io.edgebeat.core.embedded.content.EmbeddedContent;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One market: it holds ledger and content, carries what the two nodes say to each other, and keeps
 * a JVM ready for whichever of them is killed next.
 */
final class KillMarket implements AutoCloseable {
  static final String BUYER = "buyer";
  static final String SELLER = "seller";

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOSS = Duration.ofSeconds(4);
  private static final int SPARE_PARTIES = 64;

  private final Path directory;
  private final Map<String, String> options;
  private final boolean keepsPicture;
  private final ClassArchive classes;
  private final SignatureBackend signatures = EdgeBeat.signatures();
  private final Foundation foundation;
  private final ContentStore content = EmbeddedContent.inMemory();
  private final ContentId image;
  private final Ledger view;
  private final ServerSocket door;
  private final Deque<Secret> unused = new ArrayDeque<>();
  private final Map<Integer, Child> children = new ConcurrentHashMap<>();
  private final Map<String, Party> parties = new ConcurrentHashMap<>();
  private final Map<TransactionId, LedgerCommand> prepared = new ConcurrentHashMap<>();
  private final Set<TransactionId> raised = ConcurrentHashMap.newKeySet();
  private final Queue<String> lost = new ConcurrentLinkedQueue<>();
  private final Queue<String> twice = new ConcurrentLinkedQueue<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final Audit audit;

  // Guarded by this.
  private final Wiretap tap = new Wiretap(wrong::add);
  private final GivenWord words = new GivenWord(lost::add);
  private final Spending spending = new Spending(twice::add);
  private final LedgerBook book = new LedgerBook();

  private final Map<String, Long> firstOpening;
  private volatile boolean noFunding;
  private int number;
  private int everybody;
  private @Nullable Child spare;

  /**
   * Opens it with both nodes in it.
   *
   * @param directory for what it writes
   * @param ledger what it stands on: see {@link Foundation#start}
   * @param options of both nodes
   * @param keepsPicture whether both keep a state index in their directories
   * @param classes what its JVMs load
   */
  KillMarket(
      Path directory,
      String ledger,
      Map<String, String> options,
      boolean keepsPicture,
      ClassArchive classes)
      throws IOException {
    this.directory = Files.createDirectories(directory);
    this.options = options;
    this.keepsPicture = keepsPicture;
    this.classes = classes;
    SecureRandom random = new SecureRandom();
    Map<Address, Amount> funds = new LinkedHashMap<>();
    for (int i = 0; i < SPARE_PARTIES; i++) {
      Secret secret = KeySigner.generateKey(random);
      unused.add(secret);
      funds.put(KeySigner.of(signatures, secret).address(), Edg.of("1000"));
    }
    foundation = Foundation.start(ledger, this.directory, signatures, funds);
    view = foundation.ledger().connect(KeySigner.of(signatures, unused.getFirst()));
    image = content.put(ContentSource.of("done".getBytes(StandardCharsets.UTF_8)), Progress.NONE);
    audit = new Audit(view, foundation.ledger(), tap, book, lost::add, twice::add);
    door = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().start(this::letIn);
    party(SELLER);
    party(BUYER);
    open(SELLER, "", 1);
    seller("advertise", "here");
    open(BUYER, "", 1);
    buyer("listed");
    firstOpening = counts(BUYER);
    prepareSpare();
  }

  /** Lets the JVM of a node end by itself. */
  void leave(String name) {
    at(name).child().leave();
  }

  /** What a buyer comes to that has never been here before. */
  Map<String, Long> firstOpening() {
    return firstOpening;
  }

  private Party party(String name) {
    Secret secret = unused.removeFirst();
    Party party =
        new Party(
            name, secret, KeySigner.of(signatures, secret), directory.resolve(name + everybody++));
    Party before = parties.put(name, party);
    if (before != null) {
      party.child = before.child;
    }
    return party;
  }

  private Party at(String name) {
    Party party = parties.get(name);
    if (party == null) {
      throw new IllegalStateException("nobody is " + name);
    }
    return party;
  }

  // ---------------------------------------------------------------- JVMs

  private void letIn() {
    try {
      while (true) {
        Socket socket = door.accept();
        Line line = new Line(socket);
        Thread.ofPlatform().daemon().start(() -> serve(line));
      }
    } catch (IOException closed) {
      // The market is closed.
      return;
    }
  }

  private void serve(Line line) {
    try {
      DataInputStream in = line.input();
      if (Line.read(in) instanceof Word.Hello hello) {
        Child child = children.get(hello.number());
        if (child != null) {
          child.line.complete(line);
          line.follow(in, question -> answer(child, question), spoken -> carry(child, spoken));
        }
      }
    } catch (IOException died) {
      line.close();
    }
  }

  private Child newJvm() {
    try {
      synchronized (children) {
        int next = number++;
        Child child = Child.start(door.getLocalPort(), next, directory, classes);
        children.put(next, child);
        return child;
      }
    } catch (IOException e) {
      throw new IllegalStateException("no JVM could be started", e);
    }
  }

  private void prepareSpare() {
    spare = newJvm();
  }

  /** Opens a node in a JVM that is ready; returns whether it has opened. */
  boolean open(String name, String point, int nth) {
    Party party = at(name);
    Child ready = spare;
    Child child = ready == null ? newJvm() : ready;
    spare = null;
    party.child = child;
    child.party = party;
    // Two that send for one account would give out the same nonces.
    child.ledger = foundation.config().isEmpty() ? foundation.ledger().connect(party.key) : view;
    boolean opened = false;
    try {
      var unused =
          child.ask(
              Word.Answer.Done.class,
              new Word.Question.Open(
                  name.equals(BUYER),
                  party.secret,
                  party.directory.toString(),
                  options,
                  foundation.config(),
                  keepsPicture,
                  image,
                  point,
                  nth),
              PATIENCE);
      opened = true;
    } catch (EdgeBeatException e) {
      if (point.isEmpty() || e.code() != ErrorCode.LEDGER_UNAVAILABLE) {
        wrong.add(name + " did not open: " + e);
      }
    }
    if (ready != null) {
      prepareSpare();
    }
    return opened;
  }

  // ---------------------------------------------------------------- what nodes ask for

  private Word.Answer answer(Child child, Word.Question question) {
    Ledger ledger = child.ledger;
    Party party = child.party;
    if (ledger == null || party == null) {
      throw new EdgeBeatException(ErrorCode.WRONG_STATE, "no node was opened there");
    }
    return switch (question) {
      case Word.Question.Info q -> new Word.Answer.InfoIs(ledger.info());
      case Word.Question.Prepare q -> {
        SignedTransaction transaction = ledger.prepare(q.command());
        prepared.put(transaction.id(), q.command());
        yield new Word.Answer.TransactionIs(transaction);
      }
      case Word.Question.Broadcast q -> {
        if (passes(party, q.transaction())) {
          ledger.broadcast(q.transaction());
        }
        yield new Word.Answer.Done();
      }
      case Word.Question.Signed q -> {
        prepared.put(q.transaction().id(), q.command());
        yield new Word.Answer.Done();
      }
      case Word.Question.Raised q -> {
        // Only one of the two can take effect: they have one nonce.
        raised.add(q.transaction().id());
        LedgerCommand command = prepared.get(q.stuck().id());
        if (command != null) {
          prepared.put(q.transaction().id(), command);
        }
        yield new Word.Answer.Done();
      }
      case Word.Question.Sending q -> new Word.Answer.Lets(passes(party, q.transaction()));
      case Word.Question.Restore q -> {
        ledger.restore(q.unfinished());
        yield new Word.Answer.Done();
      }
      case Word.Question.Abandon q -> {
        ledger.abandon(q.transaction());
        yield new Word.Answer.Done();
      }
      case Word.Question.Status q -> new Word.Answer.StatusIs(ledger.status(q.id()));
      case Word.Question.AgreementOf q ->
          new Word.Answer.AgreementIs(ledger.agreement(q.id(), q.at()));
      case Word.Question.ListingOf q -> new Word.Answer.ListingIs(ledger.listing(q.id(), q.at()));
      case Word.Question.Balance q -> new Word.Answer.AmountIs(ledger.balance(q.account(), q.at()));
      case Word.Question.Vault q -> new Word.Answer.AmountIs(ledger.vault(q.account(), q.at()));
      case Word.Question.Events q ->
          new Word.Answer.EventsAre(ledger.awaitEvents(q.from(), q.limit(), q.timeout()));
      case Word.Question.Put q ->
          new Word.Answer.ContentIs(
              content.put(ContentSource.of(q.bytes().toBytes()), Progress.NONE));
      case Word.Question.Get q -> {
        try (ContentReader reader = content.open(q.id())) {
          yield new Word.Answer.BytesAre(Blob.of(reader.readAll(1 << 20)));
        }
      }
      case Word.Question.Stat q -> new Word.Answer.StatIs(content.stat(q.id()));
      default ->
          throw new EdgeBeatException(ErrorCode.UNSUPPORTED, "the parent does not " + question);
    };
  }

  /** Watches what is sent; false for what is lost on the way. */
  private boolean passes(Party party, SignedTransaction transaction) {
    LedgerCommand command = prepared.get(transaction.id());
    boolean own =
        command instanceof LedgerCommand.VaultDeposit
            || command instanceof LedgerCommand.VaultWithdraw
            || command instanceof LedgerCommand.Transfer;
    if (command != null && !own && !raised.contains(transaction.id())) {
      synchronized (this) {
        spending.sent(party.key.address().toString(), command, transaction, view);
      }
    }
    if (party.censored) {
      party.lostOne = true;
    }
    return !party.censored && !(noFunding && command instanceof LedgerCommand.FundChannel);
  }

  private void carry(Child child, Word.Spoken spoken) {
    Party from = child.party;
    if (from == null || !child.equals(from.child)) {
      return;
    }
    PeerEnvelope said = spoken.envelope();
    PeerMessage message = from.garbled ? garbled(said.message()) : said.message();
    PeerEnvelope told = new PeerEnvelope(said.negotiation(), said.sequence(), said.seen(), message);
    synchronized (this) {
      words.given(from.key.address().toString(), said);
      tap.acknowledged(said);
      tap.heard(told, from.name.equals(BUYER), !from.garbled);
    }
    for (Party to : parties.values()) {
      Child there = to.child;
      boolean heard = !from.cutOff && !to.cutOff;
      if (heard && there != null && to.key.address().equals(spoken.to())) {
        there.say(new Word.Spoken(spoken.from(), spoken.to(), told));
      }
    }
  }

  private static PeerMessage garbled(PeerMessage message) {
    return switch (message) {
      case PeerMessage.CloseNotice notice -> new PeerMessage.StateQuery();
      case PeerMessage.OpenNotice notice -> new PeerMessage.TaskReady(1);
      default -> message;
    };
  }

  // ---------------------------------------------------------------- what errands do

  /** Tells a node to do something; whatever a node that dies is told is passed over. */
  private void tell(String name, String... words) {
    Child child = at(name).child();
    try {
      var unused =
          child.ask(Word.Answer.Done.class, new Word.Question.Do(List.of(words)), PATIENCE);
    } catch (EdgeBeatException e) {
      if (e.code() == ErrorCode.INTERNAL) {
        wrong.add(name + " " + List.of(words) + ": " + e.getMessage());
      }
    }
  }

  void buyer(String... words) {
    tell(BUYER, words);
  }

  void seller(String... words) {
    tell(SELLER, words);
  }

  /** Does not wait until it is done. */
  void buyerSoon(String... words) {
    Thread.ofVirtual().start(() -> buyer(words));
  }

  void pass(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until the buyer has ended all alone, or is dead. */
  void untilClosed() {
    var unused = until(PATIENCE, () -> !at(BUYER).child().isAlive() || notClosed().isEmpty());
  }

  void cutOff(String name, boolean off) {
    at(name).cutOff = off;
  }

  void censor(String name, boolean on) {
    at(name).lostOne = false;
    at(name).censored = on;
  }

  /** Waits a while until the ledger has lost something of a node, and a moment more. */
  void untilLost(String name) {
    var unused = until(LOSS, () -> !at(name).child().isAlive() || at(name).lostOne);
    pass(50);
  }

  void garble(boolean on) {
    at(BUYER).garbled = on;
  }

  /** Lets nothing through that funds a channel. */
  void stopFunding(boolean on) {
    noFunding = on;
  }

  /** Kills a node from outside and starts it again. */
  void comeBack(String name) {
    Child child = at(name).child();
    if (!child.isAlive()) {
      // At its point, after it had come back once.
      armedAtOpening.remove(name);
      struckAtOpening = true;
    }
    child.kill();
    String point = armedAtOpening.getOrDefault(name, "");
    if (point.isEmpty()) {
      revive(name);
    } else if (!open(name, point, armedNth)) {
      at(name).child().awaitEnd();
      armedAtOpening.remove(name);
      struckAtOpening = true;
      revive(name);
    }
  }

  private final Map<String, String> armedAtOpening = new HashMap<>();
  private int armedNth = 1;
  private boolean struckAtOpening;

  /** A node that was closed is opened in another JVM. */
  void reopen(String name) {
    if (at(name).child().isAlive()) {
      at(name).child().kill();
    }
    revive(name);
  }

  // ---------------------------------------------------------------- kills

  /** Runs an errand in which nobody is killed, and says which points each node has come to. */
  Map<String, Map<String, Long>> survey(KillErrand errand) {
    Map<String, Map<String, Long>> reached = new HashMap<>();
    for (String name : List.of(SELLER, BUYER)) {
      tell(name, "arm", "", "1");
    }
    errand.run(this);
    drainFor(errand);
    for (String name : List.of(SELLER, BUYER)) {
      if (at(name).child().isAlive()) {
        reached.put(name, counts(name));
      }
    }
    errand.end(this);
    drain(errand.toString());
    return reached;
  }

  private void drainFor(KillErrand errand) {
    if (errand != KillErrand.CLOSING) {
      errand.end(this);
      drain(errand.toString());
    }
  }

  private Map<String, Long> counts(String name) {
    try {
      return at(name)
          .child()
          .ask(Word.Answer.CountsAre.class, new Word.Question.Counts(), PATIENCE)
          .counts();
    } catch (EdgeBeatException gone) {
      return Map.of();
    }
  }

  /**
   * Lets a node halt at a point in the middle of an errand, and come back.
   *
   * @return whether the point was reached
   */
  boolean strike(KillErrand errand, String name, String point, int nth) {
    struckAtOpening = false;
    armedNth = nth;
    if (errand == KillErrand.COMING_BACK) {
      armedAtOpening.put(name, point);
    } else {
      tell(name, "arm", point, Integer.toString(nth));
    }
    errand.run(this);
    if (errand == KillErrand.CLOSING) {
      // The line may break a little sooner than the process is gone.
      var unused = until(Duration.ofSeconds(2), () -> !at(name).child().isAlive());
    } else {
      errand.end(this);
      var unused = until(PATIENCE, () -> !at(name).child().isAlive() || unfinished().isEmpty());
    }
    boolean struck = struckAtOpening || !at(name).child().isAlive();
    armedAtOpening.clear();
    if (struck && !at(name).child().isAlive()) {
      revive(name);
    }
    errand.end(this);
    for (String each : List.of(SELLER, BUYER)) {
      if (at(each).child().isAlive()) {
        tell(each, "arm", "", "1");
      } else {
        wrong.add(each + " has ended by itself in " + errand);
        revive(each);
      }
    }
    drain(errand + ", " + name + " at " + point);
    return struck;
  }

  /** Kills a node from outside, some time after an errand has begun. */
  void strikeAnyTime(KillErrand errand, String name, int millis) {
    Child child = at(name).child();
    Thread killer =
        Thread.ofPlatform()
            .start(
                () -> {
                  pass(millis);
                  child.kill();
                });
    errand.run(this);
    try {
      killer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    revive(name);
    errand.end(this);
    drain(errand + ", " + name + " after " + millis + " ms");
  }

  /** Lets a buyer that nobody knows yet halt at a point of its first opening. */
  boolean strikeNewcomer(String point) {
    at(BUYER).child().kill();
    party(BUYER);
    boolean struck = !open(BUYER, point, 1);
    if (struck) {
      at(BUYER).child().awaitEnd();
      revive(BUYER);
    }
    buyer("listed");
    KillErrand.TRADE.run(this);
    drain("first opening, buyer at " + point);
    return struck;
  }

  /** In the place of a node there is now one that nobody knows yet, and that knows nothing. */
  void replace(String name) {
    if (name.equals(SELLER)) {
      seller("withdraw-listing");
      buyer("unlisted");
    }
    at(name).child().kill();
    party(name);
    open(name, "", 1);
    if (name.equals(SELLER)) {
      seller("advertise", "here");
    }
    buyer("listed");
  }

  private void revive(String name) {
    if (open(name, "", 1)) {
      String address = at(name).key.address().toString();
      List<GivenWord.Given> given;
      synchronized (this) {
        given = words.given(address);
      }
      List<Word.Side> sides = sides(name).sides();
      synchronized (this) {
        words.remembers(
            address,
            given,
            sides.stream()
                .map(s -> new GivenWord.Known(s.negotiation(), s.heard(), s.said()))
                .toList());
      }
    }
  }

  private Word.Answer.SidesAre sides(String name) {
    try {
      return at(name).child().ask(Word.Answer.SidesAre.class, new Word.Question.Sides(), PATIENCE);
    } catch (EdgeBeatException e) {
      if (e.code() == ErrorCode.LEDGER_UNAVAILABLE) {
        // The line may break a little sooner than the process is gone.
        at(name).child().awaitEnd();
      }
      return new Word.Answer.SidesAre(List.of(), List.of(), List.of());
    }
  }

  /** Which agreements the ledger has not ended for good. */
  private synchronized List<String> notClosed() {
    List<String> waits = new ArrayList<>();
    for (AgreementId id : book.follow(view).open().keySet()) {
      AgreementStatus status =
          audit.isDone(id) ? AgreementStatus.CLOSED : view.agreement(id, Finality.FINAL).status();
      if (status != AgreementStatus.CLOSED) {
        waits.add("agreement " + id + " is " + status);
      }
    }
    return waits;
  }

  private List<String> unfinished() {
    List<String> waits = notClosed();
    for (String name : List.of(SELLER, BUYER)) {
      for (Word.Side side : sides(name).sides()) {
        if (!side.finished()) {
          waits.add(name + ": " + side.negotiation() + " " + side.state());
        }
      }
      if (!at(name).child().isAlive()) {
        waits.add(name + " is down");
      }
    }
    return waits;
  }

  /** Until everything has come to its end; then everything is counted. */
  private void drain(String what) {
    boolean over = until(PATIENCE, () -> unfinished().isEmpty());
    if (!over) {
      unfinished().forEach(waits -> wrong.add(what + ": not finished: " + waits));
      return;
    }
    for (String name : List.of(SELLER, BUYER)) {
      Word.Answer.SidesAre known = sides(name);
      known.problems().forEach(problem -> wrong.add(what + ": health of " + name + ": " + problem));
      synchronized (this) {
        audit.side(what, name, known.sides());
      }
    }
    synchronized (this) {
      audit.ledger(what);
    }
    if (keepsPicture) {
      List.of(SELLER, BUYER).forEach(name -> comparePictures(what, name));
    }
  }

  /** The picture that was kept is the one that is drawn of the journal anew. */
  private void comparePictures(String what, String name) {
    try {
      Word.Answer.PictureIs picture =
          at(name).child().ask(Word.Answer.PictureIs.class, new Word.Question.Picture(), PATIENCE);
      if (picture.drawn().isEmpty() || !picture.kept().equals(picture.drawn())) {
        wrong.add(
            what
                + ": the picture of "
                + name
                + " is "
                + picture.kept()
                + ", drawn anew "
                + picture.drawn());
      }
    } catch (EdgeBeatException e) {
      wrong.add(what + ": no picture of " + name + ": " + e.getMessage());
    }
  }

  private static boolean until(Duration atMost, BooleanSupplier reached) {
    long end = System.nanoTime() + atMost.toNanos();
    while (!reached.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  /** What is lost, since this was asked for the last time. */
  List<String> lost() {
    return take(lost);
  }

  /** What was paid or said twice. */
  List<String> twice() {
    return take(twice);
  }

  /** What else must not be. */
  List<String> wrong() {
    return take(wrong);
  }

  private static List<String> take(Queue<String> from) {
    List<String> taken = new ArrayList<>();
    for (String each = from.poll(); each != null; each = from.poll()) {
      taken.add(each);
    }
    return taken;
  }

  long settled() {
    synchronized (this) {
      return book.open().size();
    }
  }

  @Override
  public void close() {
    children.values().forEach(Child::close);
    try {
      door.close();
    } catch (IOException e) {
      throw new IllegalStateException("a socket that does not close", e);
    }
    view.close();
    content.close();
    foundation.ledger().close();
  }
}
