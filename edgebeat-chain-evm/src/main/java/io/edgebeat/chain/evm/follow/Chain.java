package io.edgebeat.chain.evm.follow;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.chain.evm.market.Log;
import io.edgebeat.chain.evm.market.MarketEvents;
import io.edgebeat.chain.evm.rpc.Answers;
import io.edgebeat.chain.evm.rpc.BadAnswerException;
import io.edgebeat.chain.evm.rpc.Call;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import io.edgebeat.chain.evm.rpc.Rpc;
import io.edgebeat.chain.evm.rpc.RpcException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** What nodes know of blocks and logs. Where two are configured, what two agree on. */
public final class Chain {
  /** What is asked for at once when everything is wanted. */
  private static final long RANGE = 2_000;

  /** Where the search for something rare begins; four times as far each time. */
  private static final long NEAR = 256;

  private final Rpc rpc;
  private final List<Address> contracts;
  private final MarketEvents events;
  private final Span ofAll = new Span(RANGE);
  private final Span ofRare = new Span(Long.MAX_VALUE / 4);

  /**
   * The chain behind some nodes.
   *
   * @param rpc the nodes
   * @param contracts whose logs are read; the market is the first
   * @param events says what they mean
   */
  public Chain(Rpc rpc, List<Address> contracts, MarketEvents events) {
    this.rpc = rpc;
    this.events = events;
    this.contracts = List.copyOf(contracts);
  }

  /** Who is asked. */
  public Rpc rpc() {
    return rpc;
  }

  /** The newest block; of several nodes the one that two have. */
  public Block head() {
    if (rpc.size() < 2) {
      Block head = rpc.ask(block("latest"));
      rpc.seen(head.number());
      return head;
    }
    Call<Long> latest =
        Call.of(
            "eth_getBlockByNumber",
            json -> Block.read(json).number(),
            Json.of("latest"),
            new Json.Bool(false));
    Call<Block> common = block(Hex.of(rpc.head(latest)));
    return rpc.agreed(List.of(common)).get(common);
  }

  /** A call for a block by number or tag. */
  public static Call<Block> block(String at) {
    return Call.of("eth_getBlockByNumber", Block::read, Json.of(at), new Json.Bool(false));
  }

  /** Blocks by number, the first and the last included. */
  public List<Block> blocks(long first, long last) {
    List<Call<Block>> calls = new ArrayList<>();
    for (long number = first; number <= last; number++) {
      long wanted = number;
      calls.add(
          Call.of(
              "eth_getBlockByNumber",
              json -> numbered(Block.read(json), wanted),
              Json.of(Hex.of(number)),
              new Json.Bool(false)));
    }
    Answers answers = rpc.agreed(new ArrayList<>(calls));
    return calls.stream().map(answers::get).toList();
  }

  /** Blocks by hash. */
  public List<Block> blocks(List<Bytes32> hashes) {
    List<Call<Block>> calls = new ArrayList<>();
    for (Bytes32 hash : hashes) {
      calls.add(
          Call.of(
              "eth_getBlockByHash",
              json -> hashed(Block.read(json), hash),
              Json.of(hash.toString()),
              new Json.Bool(false)));
    }
    Answers answers = rpc.agreed(new ArrayList<>(calls));
    return calls.stream().map(answers::get).toList();
  }

  private static Block numbered(Block block, long number) {
    if (block.number() != number) {
      throw new BadAnswerException("another block than the one asked for");
    }
    return block;
  }

  private static Block hashed(Block block, Bytes32 hash) {
    if (!block.hash().equals(hash)) {
      throw new BadAnswerException("another block than the one asked for");
    }
    return block;
  }

  /** The logs of some blocks, for each in its order. */
  public List<List<Told>> logsOf(List<Block> blocks) {
    List<Call<List<Told>>> calls = new ArrayList<>();
    for (Block block : blocks) {
      calls.add(
          Call.of(
              "eth_getLogs",
              json -> {
                List<Told> logs = logs(json, block.number(), block.number());
                if (logs.stream().anyMatch(t -> !t.log().blockHash().equals(block.hash()))) {
                  throw new BadAnswerException("a log of another block than the one asked for");
                }
                return logs;
              },
              Json.object("blockHash", block.hash().toString(), "address", addresses())));
    }
    Answers answers = rpc.agreed(new ArrayList<>(calls));
    return calls.stream().map(answers::get).toList();
  }

  /** All logs in a row of blocks. */
  public List<Told> logs(long first, long last) {
    return logs(first, last, Map.of("address", addresses()), ofAll);
  }

  /**
   * The market's logs with some topics behind the first, newest part of the chain first, until they
   * are enough.
   *
   * @param topics what a log must have in its second topic, its third, ..
   * @param first the first block that is read
   * @param last the last block that is read
   * @param enough looks at what there is so far
   * @return in their order
   */
  public List<Told> logsAbout(
      List<Bytes32> topics, long first, long last, Predicate<List<Told>> enough) {
    List<Json> wanted = new ArrayList<>(List.of(Json.nothing()));
    topics.forEach(topic -> wanted.add(Json.of(topic.toString())));
    Map<String, Json> filter =
        Map.of("address", Json.of(contracts.getFirst().toString()), "topics", Json.array(wanted));
    List<Told> found = new ArrayList<>();
    long end = last;
    for (long near = NEAR; end >= first; near *= 4) {
      long start = Math.max(first, end - near + 1);
      found.addAll(0, logs(start, end, filter, ofRare));
      if (enough.test(found)) {
        return found;
      }
      end = start - 1;
    }
    return found;
  }

  private List<Told> logs(long first, long last, Map<String, Json> filter, Span span) {
    List<Told> all = new ArrayList<>();
    long at = first;
    while (at <= last) {
      long start = at;
      long asked = Math.min(span.blocks(), last - at + 1);
      long end = at + asked - 1;
      Map<String, Json> fields = new LinkedHashMap<>(filter);
      fields.put("fromBlock", Json.of(Hex.of(start)));
      fields.put("toBlock", Json.of(Hex.of(end)));
      Call<List<Told>> call =
          Call.of("eth_getLogs", json -> logs(json, start, end), new Json.Obj(fields));
      Answers answers = rpc.agreed(List.of(call));
      if (answers.error(call).isPresent() && asked > 1) {
        span.refused(asked);
        continue;
      }
      all.addAll(answers.get(call));
      span.taken(asked);
      at = end + 1;
    }
    return all;
  }

  private Json addresses() {
    return Json.array(contracts.stream().map(c -> Json.of(c.toString())).toList());
  }

  /**
   * In order, and each once: what a node repeats or mixes up would be told twice. What no contract
   * has written is no answer either.
   */
  private List<Told> logs(Json json, long first, long last) {
    List<Told> logs = new ArrayList<>();
    Log before = null;
    for (Json item : json.items()) {
      Log log = Log.read(item);
      if (log.block() < first || log.block() > last) {
        throw new BadAnswerException("a log of another block than the ones asked for");
      }
      if (before != null) {
        boolean after =
            log.block() > before.block()
                || (log.block() == before.block()
                    && log.index() > before.index()
                    && log.blockHash().equals(before.blockHash()));
        if (!after) {
          throw new BadAnswerException("logs out of order, or one twice");
        }
      }
      logs.add(new Told(log, events.read(log), time(item)));
      before = log;
    }
    return logs;
  }

  /**
   * Many nodes say the time of its block with each log, which saves asking for the block. Not all
   * do, and of two both would have to, so where two are asked it does not count.
   */
  private Optional<Instant> time(Json log) {
    Json said = log.at("blockTimestamp");
    if (rpc.size() > 1 || said.isNull()) {
      return Optional.empty();
    }
    Instant time = Block.time(said);
    return time.getEpochSecond() == 0 ? Optional.empty() : Optional.of(time);
  }

  /** Nodes have changed while they were asked. */
  static RuntimeException moved() {
    return RpcException.unavailable(
        "the chain was reorganised while its blocks were read; ask again");
  }
}
