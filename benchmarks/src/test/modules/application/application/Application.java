package application;

import io.edgebeat.EdgeBeat;
import io.edgebeat.LocalMarket;
import io.edgebeat.NodeBuilder;
import io.edgebeat.api.EdgeBeatNode;
import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.storage.ContentSource;
import io.edgebeat.api.storage.Progress;
import io.edgebeat.api.task.Budget;
import io.edgebeat.api.task.Task;
import io.edgebeat.api.task.TaskSpec;
import io.edgebeat.api.task.Workload;
import io.edgebeat.crypto.java.Keystore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Uses every backend there is; prints which module each class is of, a line each. */
public final class Application {
  private static final String NOWHERE = "nowhere";

  private Application() {}

  /** Takes an empty directory. */
  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    print("application", Application.class);
    print("engine", EdgeBeat.class);
    print("signatures", EdgeBeat.signatures().getClass());
    print("values", Edg.class);
    print("index", Class.forName("io.edgebeat.store.jdbc.JdbcIndexProvider"));
    print("testkit", Class.forName("io.edgebeat.testkit.FakeClock"));
    try (LocalMarket market = EdgeBeat.local().directory(directory).realTime()) {
      ContentId image =
          market
              .content()
              .put(
                  ContentSource.of(
                      HexFormat.of()
                          .parseHex(
                              "0061736d0100000001070160027f7f017f030201000707010361646400000a0901"
                                  + "0700200020016a0b")),
                  Progress.NONE);
      Workload workload = new Workload("wasm", image, Optional.of("add"), List.of("2", "40"));
      Task task = market.buyer().submit(TaskSpec.of(workload), Budget.upTo(Edg.of("0.50")));
      var outcome = task.await(Duration.ofMinutes(1));
      String sum = new String(task.result().readAllBytes(), StandardCharsets.UTF_8).strip();
      System.out.println("result " + sum + ", " + outcome.getClass().getSimpleName());
      print("executor", Class.forName("io.edgebeat.exec.wasm.WasmExecutor"));
      System.out.println("indexed " + market.buyerNode().index().isPresent());
      System.out.println("proven " + EdgeBeat.verifyProof(task.proof()).holds());
      System.out.println("invoice " + (EdgeBeat.json(task.invoice()).length > 0));
      Path file = directory.resolve("key.json");
      char[] password = "correct horse battery staple".toCharArray();
      KeySigner key = Keystore.create(file, password, new SecureRandom(), EdgeBeat.signatures());
      System.out.println("key " + Files.exists(file));
      for (Map.Entry<String, UnaryOperator<NodeBuilder>> kind : kinds().entrySet()) {
        NodeBuilder builder = kind.getValue().apply(market.node("mine", key));
        try (EdgeBeatNode node = builder.open()) {
          System.out.println("found " + kind.getKey() + " at " + node.address());
        } catch (EdgeBeatException e) {
          System.out.println("asked " + kind.getKey() + " " + e.code());
        }
      }
    }
  }

  /** A backend of each kind that nobody has, so that everybody is asked. */
  private static Map<String, UnaryOperator<NodeBuilder>> kinds() {
    return Map.of(
        "content", builder -> builder.content(NOWHERE, Map.of()),
        "executor", builder -> builder.executor(NOWHERE, Map.of()),
        "index", builder -> builder.index(NOWHERE, Map.of()),
        "ledger", builder -> builder.ledger(NOWHERE, Map.of()),
        "transport", builder -> builder.transport(NOWHERE, Map.of()));
  }

  private static void print(String what, Class<?> type) {
    System.out.println(what + " of " + type.getModule());
  }
}
