package io.edgebeat.benchmarks.money;

import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.core.agreement.SellerSide;
import io.edgebeat.core.codec.RecordCodec;
import io.edgebeat.core.engine.FactBatch;
import io.edgebeat.core.journal.Journal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Vouchers a second, decided, verified and durable, beside bare verification by the same key. The
 * receipt that follows is another decision, and signed.
 */
public final class VoucherStreamBench implements Program {
  private static final RecordCodec<FactBatch> CODEC = RecordCodec.of(FactBatch.class);

  @Override
  public String name() {
    return "voucher-stream";
  }

  @Override
  public String summary() {
    return "vouchers a second: verified and durable, beside bare verification";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    int count = (int) context.option("count", context.nightly() ? 25 : 7);
    int sides = (int) context.option("sides", context.nightly() ? 1_000 : 100);
    PaidSeller seller = PaidSeller.make();
    List<Signed<Voucher>> vouchers =
        Vouchers.of(seller).stream().map(PeerMessage.VoucherSent::voucher).toList();
    PublicKey key = seller.protocol.signatures().publicKey(seller.voucherKey);
    Rounds rounds = new Rounds();
    Path directory = Rounds.directory(context, "vouchers");
    try (Journal journal = Journals.open(directory)) {
      for (int i = 0; i <= count; i++) {
        if (i == 1) {
          rounds.clear();
        }
        rounds.wall("verify", () -> verify(seller, vouchers, key, sides));
        rounds.processor("verifying", () -> verify(seller, vouchers, key, sides));
        List<SellerSide> states = new ArrayList<>();
        for (int n = 0; n < sides; n++) {
          states.add(seller.state());
        }
        rounds.wall(
            "durable",
            () -> {
              long before = Rounds.processorNanos();
              long last = 0;
              for (Signed<Voucher> voucher : vouchers) {
                for (SellerSide side : states) {
                  FactBatch batch = seller.hear(side, new PeerMessage.VoucherSent(voucher));
                  last = journal.append(CODEC.encode(batch), Journals.FAIL);
                }
              }
              long all = (long) vouchers.size() * states.size();
              rounds.add("deciding", all * 1e9 / (Rounds.processorNanos() - before));
              Journals.awaitDurable(journal, last);
              return all;
            });
        for (SellerSide side : states) {
          if (side.heard() != states.getFirst().heard()
              || side.said() != states.getFirst().said()) {
            throw new IllegalStateException("a voucher was refused");
          }
        }
      }
    } finally {
      Rounds.remove(directory);
    }
    rounds.rate(context, "durable_per_s", "durable");
    rounds.rate(context, "verify_per_s", "verify");
    rounds.ratio(context, "ratio", "durable", "verify");
    rounds.ratio(context, "processor_ratio", "deciding", "verifying");
    context.result("signatures", seller.protocol.signatures().name());
  }

  private static long verify(
      PaidSeller seller, List<Signed<Voucher>> vouchers, PublicKey key, int times) {
    boolean good = true;
    for (int i = 0; i < times; i++) {
      for (Signed<Voucher> voucher : vouchers) {
        good &=
            seller
                .protocol
                .signatures()
                .verify(seller.protocol.digest(voucher.message()), voucher.signature(), key);
      }
    }
    if (!good) {
      throw new IllegalStateException("a signature did not check");
    }
    return (long) times * vouchers.size();
  }
}
