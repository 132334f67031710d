package io.edgebeat.benchmarks.kill;

import io.edgebeat.EdgeBeat;
import io.edgebeat.NodeBuilder;
import io.edgebeat.NodeWrapper;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.api.market.Listing;
import io.edgebeat.api.market.ListingQuery;
import io.edgebeat.api.market.ListingSpec;
import io.edgebeat.api.market.OfferPolicy;
import io.edgebeat.api.market.PageKey;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.Subscription;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.state.IndexCursor;
import io.edgebeat.api.state.IndexEntry;
import io.edgebeat.api.state.IndexQueries;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskChannel;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.TaskState;
import io.edgebeat.benchmarks.crash.Points;
import io.edgebeat.core.agreement.AgreementSide;
import io.edgebeat.core.agreement.BuyerSide;
import io.edgebeat.core.agreement.DealState;
import io.edgebeat.core.agreement.SellerSide;
import io.edgebeat.core.node.Inspection;
import io.edgebeat.testkit.Pictures;
import io.edgebeat.testkit.fault.Failpoints;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The JVM of one node. It waits until it is told which node to open, so that a JVM can be there
 * before it is needed, and halts at the point it is told, in the middle of whatever it does.
 */
final class KillNode {
  private static final Logger QUIET = Logger.getLogger("io.edgebeat");
  private static final int KILLED = 137;
  private static final long LOOK_NANOS = 5_000_000;

  /** Longer than an index gathers what changes. */
  private static final long SETTLED_NANOS = 100_000_000;

  private static final long PICTURE_NANOS = 10_000_000_000L;
  private static final Duration ANSWER = Duration.ofSeconds(2);
  private static final List<String> WORDS = List.of("one", "two", "three");
  private static final Price PRICE =
      new Price(Edg.of("0.001"), TickUnit.seconds(1), Edg.of("0.002"));

  private final Line line;
  private final Map<String, Long> counts = new ConcurrentHashMap<>();
  private final AtomicLong drawings = new AtomicLong();
  private final AtomicInteger left = new AtomicInteger();
  private volatile boolean looking;
  private volatile String armed = "";
  private volatile @Nullable RemoteWires wires;
  private volatile @Nullable EdgeBeatNode node;
  private volatile ContentId image = ContentId.ofRaw(new byte[0]);
  private volatile @Nullable Task task;
  private volatile @Nullable AgreementId agreement;

  private KillNode(Line line) {
    this.line = line;
  }

  /** Is given the port of the parent and a number of its own. */
  public static void main(String[] arguments) throws IOException {
    QUIET.setLevel(Level.OFF);
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]));
    Line line = new Line(socket);
    KillNode self = new KillNode(line);
    DataInputStream in = line.input();
    self.warm();
    line.say(new Word.Hello(Integer.parseInt(arguments[1])));
    line.follow(in, self::answer, self::heard);
    // Nobody needs it any more.
    System.exit(0);
  }

  /** What every node needs, before it is one. */
  private void warm() {
    var signatures = EdgeBeat.signatures();
    var key = KeySigner.generate(signatures, new java.security.SecureRandom());
    var unused = key.address();
  }

  private void heard(Word.Spoken spoken) {
    RemoteWires open = wires;
    if (open != null) {
      open.heard(spoken);
    }
  }

  private void reached(String point) {
    if (looking) {
      // What only the proof asks for is no part of an errand.
      if (point.equals("rebuild.close.after")) {
        var unused = drawings.incrementAndGet();
      }
      return;
    }
    counts.merge(point, 1L, Long::sum);
    if (point.equals(armed) && left.decrementAndGet() == 0) {
      Runtime.getRuntime().halt(KILLED);
    }
  }

  private void arm(String point, int nth) {
    counts.clear();
    armed = "";
    left.set(nth);
    armed = point;
  }

  private Word.Answer answer(Word.Question question) {
    switch (question) {
      case Word.Question.Open open -> open(open);
      case Word.Question.Do what -> act(what.words());
      case Word.Question.Sides sides -> {
        return sides();
      }
      case Word.Question.Picture p -> {
        return picture();
      }
      case Word.Question.Counts c -> {
        return new Word.Answer.CountsAre(new TreeMap<>(counts));
      }
      default -> throw new EdgeBeatException(ErrorCode.UNSUPPORTED, "no node answers " + question);
    }
    return new Word.Answer.Done();
  }

  private void open(Word.Question.Open open) {
    arm(open.point(), open.nth());
    image = open.image();
    KeySigner key = KeySigner.of(EdgeBeat.signatures(), open.key());
    RemoteWires way = new RemoteWires(line, key.address());
    wires = way;
    Failpoints points = Points.of(this::reached);
    NodeBuilder builder =
        EdgeBeat.node()
            .signer(key)
            .content(new RemoteContent(line))
            .transport(way)
            .workers(1)
            .directory(Path.of(open.directory()));
    if (open.ledger().isEmpty()) {
      builder.ledger(new RemoteLedger(line, key.address())).wrapped(points::around);
    } else {
      builder.ledger("evm", open.ledger()).wrapped(watched(points));
    }
    if (open.keepsPicture()) {
      builder.index("jdbc", Map.of());
    } else {
      builder.noIndex();
    }
    open.options().forEach(builder::option);
    if (open.buys()) {
      builder.noExecutor();
    } else {
      builder.capacity(new ResourceSpec(1_000_000, 1L << 50, 0)).executor(new TimedExecutor(image));
    }
    node = builder.open();
  }

  /** The parent sees what a ledger sends that is in this JVM. */
  private NodeWrapper watched(Failpoints points) {
    return new NodeWrapper() {
      @Override
      public <T> T around(Class<T> kind, T part) {
        T seen =
            part instanceof Ledger ledger && kind == Ledger.class
                ? kind.cast(new WatchedLedger(line, ledger))
                : part;
        return points.around(kind, seen);
      }
    };
  }

  private EdgeBeatNode node() {
    EdgeBeatNode open = node;
    if (open == null) {
      throw new EdgeBeatException(ErrorCode.WRONG_STATE, "the node is not open yet");
    }
    return open;
  }

  /** What the picture shows that was kept, and the one that is drawn anew of the same journal. */
  private Word.Answer picture() {
    looking = true;
    try {
      long end = System.nanoTime() + PICTURE_NANOS;
      while (System.nanoTime() < end) {
        long upTo = shownTo();
        List<String> kept = rows();
        LockSupport.parkNanos(SETTLED_NANOS);
        if (shownTo() == upTo && rows().equals(kept)) {
          long before = drawings.get();
          node().rebuildIndex();
          while (drawings.get() == before && System.nanoTime() < end) {
            LockSupport.parkNanos(LOOK_NANOS);
          }
          List<String> drawn = rows();
          if (drawings.get() > before && shownTo() == upTo) {
            return new Word.Answer.PictureIs(kept, drawn);
          }
        }
      }
      return new Word.Answer.PictureIs(List.of(), List.of());
    } finally {
      looking = false;
    }
  }

  private long shownTo() {
    return node()
        .index()
        .flatMap(IndexQueries::cursor)
        .map(IndexCursor::journalSequence)
        .orElse(-1L);
  }

  private List<String> rows() {
    return Pictures.of(node().index().orElseThrow()).stream().map(Object::toString).toList();
  }

  /** As an application asks for it. */
  private void look() {
    node()
        .index()
        .ifPresent(
            shown -> {
              for (IndexEntry.OfAgreement row : shown.agreements(PageKey.first(2)).items()) {
                var unused = shown.agreement(row.id());
                var unusedInvoice = shown.invoice(row.id());
              }
              var unusedRows = Pictures.of(shown);
            });
  }

  private Word.Answer sides() {
    List<Word.Side> sides = new ArrayList<>();
    for (AgreementSide side : Inspection.sides(node())) {
      sides.add(
          new Word.Side(
              side.negotiation(),
              side.id(),
              side instanceof BuyerSide,
              side.deal() == DealState.SIGNED && side.seenOnLedger(),
              side.finished(),
              side.deal() + " " + side.workName(),
              side.heard(),
              side.said(),
              side.paid(),
              side instanceof SellerSide selling ? selling.begun() : 0,
              side.invoice()));
    }
    return new Word.Answer.SidesAre(sides, Inspection.kept(node()), node().health().problems());
  }

  // ---------------------------------------------------------------- what it is told to do

  private void act(List<String> words) {
    switch (words.getFirst()) {
      case "arm" -> arm(words.get(1), Integer.parseInt(words.get(2)));
      case "advertise" -> {
        var unused = node().seller().advertise(listing(words.get(1)));
      }
      case "withdraw-listing" -> node().seller().withdraw(found().id());
      case "renew" -> renew();
      case "offers" -> offers(words.get(1));
      case "listed" -> listed();
      case "unlisted" -> unlisted();
      case "submit" -> {
        Task ordered = node().buyer().submit(spec(words), Budget.upTo(Edg.of("0.5")));
        task = ordered;
      }
      case "await" -> {
        Task ordered = task;
        if (ordered != null) {
          var unused = ordered.await(Duration.ofMillis(Long.parseLong(words.get(1))));
        }
      }
      case "running" -> running();
      case "talk" -> {
        Task ordered = task;
        if (ordered != null) {
          talk(ordered.channel());
        }
      }
      case "giveup" -> {
        Task ordered = task;
        if (ordered != null && ordered.agreement().isPresent()) {
          node().buyer().terminate(ordered.agreement().get());
        }
      }
      case "cancel" -> {
        Task ordered = task;
        if (ordered != null) {
          ordered.cancel();
        }
      }
      case "sign" ->
          agreement =
              node()
                  .buyer()
                  .negotiate(
                      found(), spec(List.of("", "ok", "50", "2")), Budget.upTo(Edg.of("0.5")))
                  .awaitSigned(Duration.ofSeconds(5));
      case "open" -> node().buyer().open(signed(), Duration.ofSeconds(5));
      case "run" -> task = node().buyer().run(signed(), spec(words));
      case "topup" -> node().buyer().topUp(signed(), Edg.of("0.01"));
      case "terminate" -> node().buyer().terminate(signed());
      case "vault" -> send(new LedgerCommand.VaultDeposit(Edg.of("2")));
      case "unvault" -> send(new LedgerCommand.VaultWithdraw(Edg.of("1")));
      case "transfer" -> send(new LedgerCommand.Transfer(node().address(), Edg.of("1")));
      case "withdraw" -> withdraw();
      case "redraw" -> node().rebuildIndex();
      case "look" -> look();
      case "close" -> node().close();
      default -> throw new EdgeBeatException(ErrorCode.UNSUPPORTED, "what is " + words + "?");
    }
  }

  private void send(LedgerCommand command) {
    Ledger ledger = node().ledger();
    SignedTransaction sent = ledger.prepare(command);
    ledger.broadcast(sent);
    var unused = ledger.status(sent.id());
  }

  private void withdraw() {
    for (AgreementSide side : Inspection.sides(node())) {
      if (side.id().equals(Optional.of(signed()))) {
        send(new LedgerCommand.Cancel(side.offer().orElseThrow().agreement().message()));
      }
    }
  }

  private AgreementId signed() {
    AgreementId id = agreement;
    if (id == null) {
      throw new EdgeBeatException(ErrorCode.WRONG_STATE, "nothing is signed");
    }
    return id;
  }

  private TaskSpec spec(List<String> words) {
    return TaskSpec.wasm(image, words.get(1), words.get(2), words.get(3)).input(image);
  }

  private static ListingSpec listing(String region) {
    return new ListingSpec(region, new ResourceSpec(2000, 1L << 32, 0), PRICE, Duration.ofDays(1));
  }

  /** Waits until the index shows something. */
  private Listing found() {
    long end = System.nanoTime() + 20_000_000_000L;
    while (listings().isEmpty() && System.nanoTime() < end) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return listings().getFirst();
  }

  private List<Listing> listings() {
    return node().buyer().search(ListingQuery.ALL, PageKey.first(10)).items();
  }

  private void listed() {
    Subscription news = node().marketplace().watch(ListingQuery.ALL, listing -> {});
    var unused = node().marketplace().find(found().id());
    news.close();
  }

  /** Waits until the index shows nothing. */
  private void unlisted() {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!listings().isEmpty() && System.nanoTime() < end) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** Until the program of the last task runs, or it is over. */
  private void running() {
    Task ordered = task;
    long end = System.nanoTime() + 5_000_000_000L;
    while (ordered != null
        && ordered.state() != TaskState.STREAMING
        && ordered.outcome().isEmpty()
        && System.nanoTime() < end) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /** Each message comes back, or is lost with the other node; output is what nobody has here. */
  private static void talk(TaskChannel channel) {
    int returned = -1;
    int logged = -1;
    for (int sent = 0; sent < WORDS.size(); sent++) {
      channel.send(Blob.of(WORDS.get(sent).getBytes(StandardCharsets.UTF_8)));
      returned = heard(returned, sent, channel.await(ANSWER));
      logged = heard(logged, sent, channel.awaitLog(ANSWER));
    }
    var unused = channel.awaitOutput(ANSWER);
  }

  /** The last word that has come: late perhaps, but none twice, none early, none out of turn. */
  private static int heard(int last, int sent, Optional<Blob> came) {
    if (came.isEmpty()) {
      return last;
    }
    String text = new String(came.get().toBytes(), StandardCharsets.UTF_8);
    int word = WORDS.indexOf(text);
    if (word <= last || word > sent) {
      throw new IllegalStateException(
          "word " + last + " was heard and word " + sent + " said, and now came \"" + text + "\"");
    }
    return word;
  }

  private void renew() {
    var unused = node().seller().renew(found().id(), Duration.ofHours(20));
  }

  private void offers(String how) {
    OfferPolicy.Answer answer =
        switch (how) {
          case "counter" -> new OfferPolicy.Answer.Counter(price("0.004"));
          case "dear" -> new OfferPolicy.Answer.Counter(price("3"));
          case "reject" -> new OfferPolicy.Answer.Reject("not today");
          default -> new OfferPolicy.Answer.Accept();
        };
    node().seller().offers(offer -> answer);
  }

  private static Price price(String perTick) {
    return new Price(Edg.of(perTick), TickUnit.seconds(1), Edg.of("0.003"));
  }
}
