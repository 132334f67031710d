package io.edgebeat.samples.weather;

import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.Ledger;
import io.edgebeat.api.market.MaximumLoss;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The buyer's node is killed right after it has revealed a tick, and starts again from its journal.
 *
 * <p>Buyer, seller and ledger share this JVM, so the process cannot be killed without the others.
 * What a kill is to a node is done to it instead, in this order. Its wire is cut, in the same
 * moment as the tick left it: nothing it does from here on reaches anybody. Its files are copied as
 * they are, while it still runs and holds them open: no last record, no goodbye, perhaps half a
 * write at the end. A new node starts on the copy, and the old one's own files are never read
 * again; that it is closed meanwhile only gives back its threads and its door.
 */
final class NodeKilled implements Fault {
  private static final int TICKS = 5;
  private static final String NAME = "desk";
  private static final String AGAIN = "desk-again";

  @Override
  public String id() {
    return "node-killed";
  }

  @Override
  public Ending run(Stage stage) throws IOException {
    CountDownLatch killed = new CountDownLatch(1);
    KeySigner key = stage.newKey();
    Wire wire =
        new Wire(stage.transport(key)) {
          @Override
          void says(PeerEnvelope envelope, Consumer<PeerEnvelope> onward) {
            onward.accept(envelope);
            if (envelope.message() instanceof PeerMessage.Ticks paid && paid.ticks() >= TICKS) {
              cut();
              killed.countDown();
            }
          }
        };
    // Patience for a buyer that has to start first.
    var unused = stage.attic(stage.newKey(), node -> node.option("seller.grace", "PT1M"));
    EdgeBeatNode first = stage.buyer(NAME, key, node -> node.transport(wire));
    stage.show(first, event -> true);
    stage.fund(first);
    Amount before = holds(first.ledger());
    TaskId id = stage.job().submit(first.buyer()).id();

    Stage.await(killed, "no " + TICKS + " ticks were revealed");
    copy(stage.directory().resolve(NAME), stage.directory().resolve(AGAIN));
    first.close();
    stage.step("the buyer's node is killed, in the middle of the task");
    EdgeBeatNode again = stage.buyer(AGAIN, key, node -> node);
    stage.show(again, event -> true);
    stage.step("it starts again from its journal, and finds its task");
    Task task =
        again
            .buyer()
            .task(id)
            .orElseThrow(
                () -> new EdgeBeatException(ErrorCode.INTERNAL, "the journal has no task " + id));
    Settled bought = stage.settled(task);

    Amount spent = before.minus(holds(again.ledger()));
    Amount invoiced = bought.record().paid().plus(bought.record().feePaid());
    Settled.require(spent.compareTo(invoiced) >= 0, spent + " was spent, " + invoiced + " paid");
    MaximumLoss printed = stage.offer().maximumLoss();
    return new Ending(
        bought,
        List.of(AGAIN, "attic", "tower", "harbour"),
        bought.record(),
        printed,
        "buyer",
        spent.minus(invoiced),
        printed.buyer(),
        List.of(
            "What the buyer reveals is in its journal before it leaves the node. So the new node",
            "knew of every tick that attic held, said the same again, not another, and went on",
            "with the next: "
                + bought.ticks()
                + " ticks were paid, each once. The account is short of",
            spent + ", which is what the invoice says: " + invoiced + " with the fee.",
            "attic had only held the program until the next tick came."));
  }

  private static Amount holds(Ledger ledger) {
    return ledger
        .balance(ledger.account(), Finality.FINAL)
        .plus(ledger.vault(ledger.account(), Finality.FINAL));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Files.copy(path, to.resolve(from.relativize(path)));
      }
    }
  }
}
