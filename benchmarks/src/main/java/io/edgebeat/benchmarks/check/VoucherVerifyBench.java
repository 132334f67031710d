package io.edgebeat.benchmarks.check;

import fr.acinq.secp256k1.Secp256k1;
import io.edgebeat.EdgeBeat;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.Signed;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.benchmarks.money.Rounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.web3j.crypto.Sign;

/**
 * Vouchers of eight payers a second, each seen for the first time: digest and verification through
 * the public API, beside the verification alone by the C library, and beside web3j.
 */
public final class VoucherVerifyBench implements Program {
  private static final String NATIVE = "libsecp256k1";
  private static final int TURN = 64;
  private static final int WARM_UP = 2;

  /** So many that web3j, too, is compiled to the end. */
  private static final int COMPARED = 700;

  /** One voucher of so many is checked by web3j as well: it takes that much longer. */
  private static final int SELDOM = 4;

  /** A voucher in the forms that the others take, ready before anything is measured. */
  private static final class Ready {
    final byte[] digest;
    final byte[] compact;
    final byte[] key;
    final String text;
    final Sign.SignatureData rsv;
    final String payer;

    Ready(Payers.Sent sent, Bytes32 separator) {
      Voucher voucher = sent.voucher().message();
      digest = voucher.digest(separator).toBytes();
      compact = sent.voucher().signature().compact();
      key = sent.payer().uncompressed();
      text = Web3j.typedData(voucher);
      rsv = Web3j.signature(sent.voucher().signature());
      payer = Web3j.account(sent.payer().address());
    }
  }

  @Override
  public String name() {
    return "voucher-verify";
  }

  @Override
  public String summary() {
    return "vouchers verified a second, digest included, beside bare libsecp256k1 and web3j";
  }

  @Override
  public void run(ProgramContext context) throws Exception {
    int count = (int) context.option("count", context.nightly() ? 25 : 7);
    int vouchers = (int) context.option("vouchers", 1_024);
    SignatureBackend signatures = EdgeBeat.signatures();
    if (!signatures.name().equals(NATIVE)) {
      throw new IllegalStateException(
          "there is no " + NATIVE + " to compare with on this machine: " + signatures.name());
    }
    Secp256k1 library = Secp256k1.get();
    Payers payers = new Payers(signatures, new Random(context.seed().orElse(1)));
    Bytes32 separator = Payers.DOMAIN.separator();
    requireSameAnswers(payers.say(COMPARED), signatures, separator, library);
    Rounds rounds = new Rounds();
    for (int i = 0; i < count + WARM_UP; i++) {
      if (i == WARM_UP) {
        rounds.clear();
      }
      List<Payers.Sent> fresh = payers.say(vouchers);
      List<Ready> ready = fresh.stream().map(sent -> new Ready(sent, separator)).toList();
      Turns turns = new Turns();
      for (int from = 0; from < vouchers; from += TURN) {
        List<Payers.Sent> some = fresh.subList(from, Math.min(from + TURN, vouchers));
        List<Ready> same = ready.subList(from, from + some.size());
        // Who comes second finds the voucher in the cache.
        if (from / TURN % 2 == 0) {
          turns.take("ours", () -> ours(some, signatures, separator));
          turns.take("native", () -> bare(same, library));
        } else {
          turns.take("native", () -> bare(same, library));
          turns.take("ours", () -> ours(some, signatures, separator));
        }
        turns.take("web3j", () -> web3j(same));
      }
      turns.end(rounds);
    }
    rounds.rate(context, "vouchers_per_core", "ours");
    rounds.rate(context, "native_per_core", "native");
    rounds.rate(context, "web3j_per_core", "web3j");
    rounds.ratio(context, "ratio_native", "ours", "native");
    rounds.ratio(context, "ratio_web3j", "ours", "web3j");
    context.result("signatures", signatures.name());
  }

  private static long ours(
      List<Payers.Sent> vouchers, SignatureBackend signatures, Bytes32 separator) {
    boolean good = true;
    for (Payers.Sent sent : vouchers) {
      good &=
          signatures.verify(
              sent.voucher().message().digest(separator), sent.voucher().signature(), sent.payer());
    }
    return counted(good, vouchers.size());
  }

  private static long bare(List<Ready> vouchers, Secp256k1 library) {
    boolean good = true;
    for (Ready voucher : vouchers) {
      good &= library.verify(voucher.compact, voucher.digest, voucher.key);
    }
    return counted(good, vouchers.size());
  }

  private static long web3j(List<Ready> vouchers) throws Exception {
    boolean good = true;
    int count = 0;
    for (int i = 0; i < vouchers.size(); i += SELDOM) {
      Ready voucher = vouchers.get(i);
      good &= Web3j.signer(Web3j.digest(voucher.text), voucher.rsv).equals(voucher.payer);
      count++;
    }
    return counted(good, count);
  }

  private static long counted(boolean good, int count) {
    if (!good) {
      throw new IllegalStateException("a signature did not check");
    }
    return count;
  }

  /** All three agree about what is right and what is not. */
  private static void requireSameAnswers(
      List<Payers.Sent> vouchers, SignatureBackend signatures, Bytes32 separator, Secp256k1 library)
      throws Exception {
    List<Payers.Sent> wrong = new ArrayList<>();
    for (int i = 0; i < vouchers.size(); i++) {
      Payers.Sent sent = vouchers.get(i);
      Payers.Sent next = vouchers.get((i + 1) % vouchers.size());
      requireAnswer(true, sent, signatures, separator, library);
      Web3j.requireSame(
          sent.voucher().message().digest(separator),
          Web3j.digest(Web3j.typedData(sent.voucher().message())));
      // Another's key; the signature of another voucher.
      wrong.add(new Payers.Sent(sent.voucher(), next.payer()));
      wrong.add(
          new Payers.Sent(
              new Signed<>(sent.voucher().message(), next.voucher().signature()), sent.payer()));
    }
    for (Payers.Sent sent : wrong) {
      requireAnswer(false, sent, signatures, separator, library);
    }
  }

  private static void requireAnswer(
      boolean right,
      Payers.Sent sent,
      SignatureBackend signatures,
      Bytes32 separator,
      Secp256k1 library)
      throws Exception {
    Ready ready = new Ready(sent, separator);
    boolean ours =
        signatures.verify(
            sent.voucher().message().digest(separator), sent.voucher().signature(), sent.payer());
    boolean bare = library.verify(ready.compact, ready.digest, ready.key);
    boolean web3j = Web3j.signer(Web3j.digest(ready.text), ready.rsv).equals(ready.payer);
    if (ours != right || bare != right || web3j != right) {
      throw new IllegalStateException(
          "a voucher that is "
              + (right ? "right" : "wrong")
              + ": EdgeBeat says "
              + ours
              + ", "
              + NATIVE
              + " "
              + bare
              + ", web3j "
              + web3j);
    }
  }
}
