package io.edgebeat.benchmarks.check;

import io.edgebeat.EdgeBeat;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.benchmarks.money.Rounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.web3j.crypto.StructuredDataEncoder;

/** The digest of a voucher (EIP-712) by ours and by web3j, equal before anything is measured. */
public final class Eip712Bench implements Program {
  private static final int TURN = 50;

  /** So many times that the clock can tell. */
  private static final int REPEATED = 20;

  /** Digests by each before the first round: until then web3j is compiled to the end. */
  private static final int WARM_UP = 5_000;

  @Override
  public String name() {
    return "eip712";
  }

  @Override
  public String summary() {
    return "digests of typed data a second, beside web3j";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    int count = (int) context.option("count", context.nightly() ? 25 : 7);
    int vouchers = (int) context.option("vouchers", 500);
    Payers payers = new Payers(EdgeBeat.signatures(), new Random(context.seed().orElse(1)));
    Bytes32 separator = Payers.DOMAIN.separator();
    Rounds rounds = new Rounds();
    int warm = Math.ceilDiv(WARM_UP, vouchers);
    for (int i = 0; i < count + warm; i++) {
      if (i == warm) {
        rounds.clear();
      }
      List<Voucher> fresh =
          payers.say(vouchers).stream().map(sent -> sent.voucher().message()).toList();
      List<String> texts = fresh.stream().map(Web3j::typedData).toList();
      for (int n = 0; n < vouchers; n++) {
        Web3j.requireSame(fresh.get(n).digest(separator), Web3j.digest(texts.get(n)));
      }
      Turns turns = new Turns();
      for (int from = 0; from < vouchers; from += TURN) {
        List<Voucher> some = fresh.subList(from, Math.min(from + TURN, vouchers));
        List<String> same = texts.subList(from, from + some.size());
        turns.take("ours", () -> ours(some, separator));
        turns.take("web3j", () -> web3j(same));
        List<StructuredDataEncoder> parsed = parse(same);
        turns.take("parsed", () -> parsed(parsed));
      }
      turns.end(rounds);
    }
    rounds.rate(context, "digests_per_core", "ours");
    rounds.rate(context, "web3j_per_core", "web3j");
    rounds.ratio(context, "ratio", "ours", "web3j");
    rounds.ratio(context, "ratio_parsed", "ours", "parsed");
  }

  private static long ours(List<Voucher> vouchers, Bytes32 separator) {
    int sum = 0;
    for (int i = 0; i < REPEATED; i++) {
      for (Voucher voucher : vouchers) {
        sum += voucher.digest(separator).hashCode();
      }
    }
    return used(sum, (long) vouchers.size() * REPEATED);
  }

  private static long web3j(List<String> texts) throws Exception {
    int sum = 0;
    for (String text : texts) {
      sum += Web3j.digest(text)[0];
    }
    return used(sum, texts.size());
  }

  private static List<StructuredDataEncoder> parse(List<String> texts) throws Exception {
    List<StructuredDataEncoder> all = new ArrayList<>();
    for (String text : texts) {
      all.add(new StructuredDataEncoder(text));
    }
    return all;
  }

  private static long parsed(List<StructuredDataEncoder> encoders) {
    int sum = 0;
    for (StructuredDataEncoder encoder : encoders) {
      sum += encoder.hashStructuredData()[0];
    }
    return used(sum, encoders.size());
  }

  /** The count, in a way that needs the sum. */
  private static long used(int sum, long count) {
    return sum == Integer.MIN_VALUE ? count + 1 : count;
  }
}
