package io.edgebeat.samples.weather;

import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.NodeEvent;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.market.MaximumLoss;
import io.edgebeat.api.net.PeerEnvelope;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The seller's node goes away in the middle of the task, and does not come back. */
final class SellerVanishes implements Fault {
  private static final int TICKS = 5;
  private static final int SILENCE_SECONDS = 2;

  @Override
  public String id() {
    return "seller-vanishes";
  }

  @Override
  public Ending run(Stage stage) throws IOException {
    CountDownLatch gone = new CountDownLatch(1);
    KeySigner key = stage.newKey();
    // Cut first: closing a node in order must not look like saying goodbye.
    Wire wire =
        new Wire(stage.transport(key)) {
          @Override
          void hears(PeerEnvelope envelope, Consumer<PeerEnvelope> onward) {
            onward.accept(envelope);
            if (envelope.message() instanceof PeerMessage.Ticks paid && paid.ticks() >= TICKS) {
              cut();
              gone.countDown();
            }
          }
        };
    EdgeBeatNode attic = stage.attic(key, node -> node.transport(wire));
    BlockingQueue<NodeEvent> heard = new LinkedBlockingQueue<>();
    stage
        .buyer()
        .events(
            event -> {
              if (event.name().startsWith("Heard.")) {
                heard.add(event);
              }
            });
    Task task = stage.job().submit(stage.buyer().buyer());
    Stage.await(gone, "attic was never paid " + TICKS + " ticks");
    attic.close();
    stage.step("attic's node is gone, in the middle of the task");

    // How long a silence means that nobody is there is the application's to say; the engine itself
    // pays nothing more, and would wait until the agreement expires.
    awaitSilence(heard);
    stage.step("nothing heard for " + SILENCE_SECONDS + " s: the buyer cancels and closes alone");
    task.cancel();
    TaskOutcome outcome = task.await(Duration.ofMinutes(1));
    AgreementRecord spoiled = stage.closed(task.agreement().orElseThrow());

    stage.step("the buyer asks the next seller");
    Settled bought = stage.settled(stage.job().submit(stage.buyer().buyer(), Sellers.TOWER));

    MaximumLoss printed = stage.offer().maximumLoss();
    Amount revealed = task.spent();
    return new Ending(
        bought,
        List.of("buyer", "tower", "harbour"),
        spoiled,
        printed,
        "buyer",
        spoiled.paid().plus(spoiled.feePaid()),
        printed.buyer(),
        List.of(
            "attic vanished after " + task.ticks() + " ticks; the task came to " + outcome + ".",
            "Each tick is revealed only when the one before was delivered, so all that attic ever",
            "held was " + revealed + ". The buyer asked the ledger to close; in the challenge time",
            "attic could have claimed that, and nothing more. It did not come, so anyone could",
            "finalize, and the deposit went back. What attic worked for unclaimed is its own loss.",
            "Then tower did the whole task under an agreement of its own."));
  }

  private static void awaitSilence(BlockingQueue<NodeEvent> heard) {
    try {
      NodeEvent last;
      do {
        last = heard.poll(SILENCE_SECONDS, TimeUnit.SECONDS);
      } while (last != null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EdgeBeatException(ErrorCode.INTERRUPTED, "interrupted while listening for attic");
    }
  }
}
