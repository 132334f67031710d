package io.edgebeat.benchmarks.equal;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import io.edgebeat.benchmarks.equal.Forging.Sample;
import io.edgebeat.crypto.java.JavaSignatureBackend;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Both implementations in Java and the contracts' library, in both ways in which the market asks
 * it, say of every signature, genuine or not, that the same account has made it, or nobody.
 */
public final class SignatureEquivalence implements Program {
  /** Signatures a run. */
  static final int BATCH = 250;

  private static final String NOBODY = Address.of(new byte[20]).toString();
  private static final SignatureBackend JAVA = new JavaSignatureBackend();

  /** Made by the list of programs. */
  public SignatureEquivalence() {}

  @Override
  public String name() {
    return "signature-equivalence";
  }

  @Override
  public String summary() {
    return "signatures, genuine and forged: Java, libsecp256k1 and Solidity see the same signer";
  }

  /** The seed is that of one run. */
  @Override
  public void run(ProgramContext context) throws Exception {
    if (LedgerEquivalence.skipped(context)) {
      return;
    }
    Map<Forging, Integer> seen = new EnumMap<>(Forging.class);
    Map<Forging, Integer> somebody = new EnumMap<>(Forging.class);
    long count = context.option("count", context.nightly() ? 100_000 : 10_000);
    long first = context.seed().orElse(context.option("first", 1));
    long last = context.seed().isPresent() ? first : first + (count - 1) / BATCH;
    try (SolidityRecovery solidity = new SolidityRecovery()) {
      for (long seed = first; seed <= last; seed++) {
        context.ran();
        for (Judged judged : judge(seed, solidity)) {
          seen.merge(judged.sample.kind(), 1, Integer::sum);
          if (judged.signed()) {
            somebody.merge(judged.sample.kind(), 1, Integer::sum);
          }
          if (judged.difference().isPresent()) {
            context.violation(seed, judged.difference().get());
          }
        }
      }
    }
    context.say("drawn: " + seen);
    context.say("signed by somebody: " + somebody);
    context.result("signatures", seen.values().stream().mapToInt(Integer::intValue).sum());
    context.result("signed", somebody.values().stream().mapToInt(Integer::intValue).sum());
    if (context.seed().isEmpty()) {
      for (Forging kind : Forging.values()) {
        if (seen.getOrDefault(kind, 0) < 50) {
          context.missed(kind + " was drawn " + seen.getOrDefault(kind, 0) + " times; 50 must be");
        }
      }
    }
  }

  /** A signature and who has made it, or what went wrong, as each of the four says. */
  record Judged(Sample sample, String java, String nativ, String fields, String bytes) {
    boolean signed() {
      return !java.equals(NOBODY);
    }

    Optional<String> difference() {
      return java.equals(nativ) && java.equals(fields) && java.equals(bytes)
          ? Optional.empty()
          : Optional.of(
              sample.kind()
                  + " 0x"
                  + HexFormat.of().formatHex(sample.bytes())
                  + " of "
                  + sample.digest()
                  + " is, in Java, by "
                  + java
                  + ", native "
                  + nativ
                  + ", in Solidity "
                  + fields
                  + ", as bytes "
                  + bytes);
    }
  }

  /** Has everybody judge the signatures of a seed. */
  static List<Judged> judge(long seed, SolidityRecovery solidity) {
    Random random = new Random(seed);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      samples.add(Forging.draw(random));
    }
    SolidityRecovery.Answer answer = solidity.ask(samples);
    List<Judged> judged = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      Sample sample = samples.get(i);
      judged.add(
          new Judged(
              sample,
              signer(JAVA, sample),
              signer(Keys.SIGNATURES, sample),
              answer.inFields().get(i).toString(),
              answer.inBytes().get(i).toString()));
    }
    return judged;
  }

  private static String signer(SignatureBackend backend, Sample sample) {
    Signature signature;
    try {
      signature = Signature.of(sample.bytes());
    } catch (EdgeBeatException e) {
      return e.code() == ErrorCode.BAD_SIGNATURE ? NOBODY : e.toString();
    }
    try {
      Optional<PublicKey> key = backend.recover(sample.digest(), signature);
      if (key.isPresent() && !backend.verify(sample.digest(), signature, key.get())) {
        return key.get().address() + ", with whose key it does not verify";
      }
      return key.map(PublicKey::address).map(Address::toString).orElse(NOBODY);
    } catch (RuntimeException e) {
      // Nothing may be thrown, whatever it is asked.
      return e.toString();
    }
  }
}
