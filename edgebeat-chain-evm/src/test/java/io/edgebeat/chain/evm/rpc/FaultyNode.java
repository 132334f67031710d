package io.edgebeat.chain.evm.rpc;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A real node, of which a test spoils what it says. */
public final class FaultyNode implements AutoCloseable {

  /** What becomes of one request. */
  @FunctionalInterface
  public interface Fault {
    /** Answers, or not. */
    void answer(FaultyNode node, String request, OutputStream out)
        throws IOException, InterruptedException;
  }

  /** Which fault a request meets, by its number since the test began to count. */
  @FunctionalInterface
  public interface Plan {
    /** The fault. */
    Fault of(int number, String request);
  }

  public static final Fault NONE = (node, request, out) -> FakeNode.http(out, node.ask(request));

  /** The connection ends before the node hears anything. */
  public static final Fault UNHEARD = (node, request, out) -> out.close();

  /** The node does what it is told, and nobody learns of it. */
  public static final Fault UNANSWERED =
      (node, request, out) -> {
        node.ask(request);
        out.close();
      };

  /** The answer ends in the middle. */
  public static final Fault HALF =
      (node, request, out) -> {
        byte[] answer = node.ask(request).getBytes(StandardCharsets.UTF_8);
        FakeNode.raw(out, "HTTP/1.1 200 OK\r\nContent-Length: " + answer.length + "\r\n\r\n");
        out.write(answer, 0, answer.length / 2);
        out.close();
      };

  public static final Fault HTML =
      (node, request, out) -> FakeNode.http(out, "<html><body>TOPSECRET</body></html>");

  public static final Fault TOO_MANY =
      (node, request, out) ->
          FakeNode.raw(out, "HTTP/1.1 429 Too Many\r\nContent-Length: 0\r\n\r\n");

  /** A whole answer whose results are none. */
  public static final Fault GARBAGE =
      (node, request, out) ->
          FakeNode.http(out, FakeNode.answer(request, "\"result\":{\"a\":[\"0x\"]}"));

  /** Later than anybody waits. */
  public static final Fault SLOW =
      (node, request, out) -> {
        TimeUnit.MILLISECONDS.sleep(1_500);
        FakeNode.http(out, node.ask(request));
      };

  private final Channel real;
  private final FakeNode front;
  private final AtomicInteger count = new AtomicInteger();
  private volatile Plan plan = (number, request) -> NONE;

  public FaultyNode(URI real) throws IOException {
    this.real =
        Channel.to(
            real,
            new RpcLimits(Duration.ofSeconds(30), 64 << 20, 1_000, 0, 1, Duration.ofSeconds(1)));
    this.front =
        new FakeNode(
            (request, out) -> plan.of(count.incrementAndGet(), request).answer(this, request, out));
  }

  /** Where it is asked. */
  public URI uri() {
    return front.uri();
  }

  /** From now on; requests are counted from one. */
  public void plan(Plan next) {
    count.set(0);
    plan = next;
  }

  /** How many requests there were since. */
  public int requests() {
    return count.get();
  }

  String ask(String request) throws IOException {
    return real.post(
        request.getBytes(StandardCharsets.UTF_8),
        answer -> new String(answer, StandardCharsets.UTF_8));
  }

  /** Shows a chain that ends at a block. */
  public static Fault behind(long block) {
    return (node, request, out) ->
        FakeNode.http(out, node.ask(request.replace("\"latest\"", '"' + Hex.of(block) + '"')));
  }

  /** Changes the results of a method. */
  public static Fault changing(String method, UnaryOperator<Json> change) {
    return (node, request, out) -> {
      Json asked = parse(request);
      Json answered = parse(node.ask(request));
      Json changed;
      if (asked instanceof Json.Arr many) {
        List<Json> all = new ArrayList<>();
        for (Json one : answered.items()) {
          Json call =
              many.items().stream()
                  .filter(c -> c.at("id").equals(one.at("id")))
                  .findFirst()
                  .orElseThrow();
          all.add(changed(call, one, method, change));
        }
        changed = Json.array(all);
      } else {
        changed = changed(asked, answered, method, change);
      }
      StringBuilder text = new StringBuilder();
      changed.write(text);
      FakeNode.http(out, text.toString());
    };
  }

  private static Json changed(Json call, Json answer, String method, UnaryOperator<Json> change) {
    return call.at("method").equals(Json.of(method)) && !answer.at("result").isNull()
        ? Json.object(
            "jsonrpc", "2.0", "id", answer.at("id"), "result", change.apply(answer.at("result")))
        : answer;
  }

  private static Json parse(String text) {
    return Json.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    real.close();
    front.close();
  }
}
