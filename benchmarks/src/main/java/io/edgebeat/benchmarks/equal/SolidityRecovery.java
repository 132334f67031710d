package io.edgebeat.benchmarks.equal;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.benchmarks.equal.Forging.Sample;
import io.edgebeat.chain.evm.Devnet;
import io.edgebeat.chain.evm.abi.AbiReader;
import io.edgebeat.chain.evm.abi.AbiWriter;
import io.edgebeat.chain.evm.rpc.Answers;
import io.edgebeat.chain.evm.rpc.Call;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import io.edgebeat.chain.evm.rpc.Rpc;
import io.edgebeat.chain.evm.rpc.RpcLimits;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Asks {@code Signers.sol} who has signed, many at a time; the contract is on no chain. */
final class SolidityRecovery implements AutoCloseable {
  private static final Address HERE =
      Address.of(
          new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20});

  private final Devnet net;
  private final Rpc rpc;
  private final Json code;

  SolidityRecovery() throws IOException {
    try (InputStream in = SolidityRecovery.class.getResourceAsStream("Signers.json")) {
      if (in == null) {
        throw new IOException("no Signers.json");
      }
      code = Json.parse(in.readAllBytes()).at("code");
    }
    net = Devnet.start();
    rpc = new Rpc(List.of(net.uri()), RpcLimits.DEFAULTS);
  }

  /** In each of the two ways, who has signed each; the zero address for nobody. */
  record Answer(List<Address> inFields, List<Address> inBytes) {}

  /** What has not 65 bytes has no fields: of that nobody is the first answer. */
  Answer ask(List<Sample> samples) {
    List<Sample> whole = samples.stream().filter(s -> s.bytes().length == 65).toList();
    Call<List<Address>> fields = call(fields(whole));
    Call<List<Address>> bytes = call(bytes(samples));
    Answers answers = rpc.ask(List.of(fields, bytes));
    List<Address> inFields = new ArrayList<>();
    int next = 0;
    for (Sample sample : samples) {
      boolean known = sample.bytes().length == 65;
      inFields.add(known ? answers.get(fields).get(next++) : Address.of(new byte[20]));
    }
    return new Answer(inFields, answers.get(bytes));
  }

  private static AbiWriter fields(List<Sample> samples) {
    AbiWriter w =
        AbiWriter.call("inFields((bytes32,uint8,bytes32,bytes32)[])").uint(32).uint(samples.size());
    for (Sample s : samples) {
      w.bytes32(s.digest())
          .uint(s.bytes()[64] & 0xff)
          .bytes32(Bytes32.of(s.bytes(), 0))
          .bytes32(Bytes32.of(s.bytes(), 32));
    }
    return w;
  }

  private static AbiWriter bytes(List<Sample> samples) {
    int count = samples.size();
    AbiWriter w = AbiWriter.call("inBytes(bytes32[],bytes[])").uint(64).uint(96 + 32L * count);
    w.uint(count);
    samples.forEach(s -> w.bytes32(s.digest()));
    w.uint(count);
    long at = 32L * count;
    for (Sample s : samples) {
      w.uint(at);
      at += 32 + words(s) * 32L;
    }
    for (Sample s : samples) {
      w.uint(s.bytes().length);
      byte[] padded = Arrays.copyOf(s.bytes(), words(s) * 32);
      for (int i = 0; i < padded.length; i += 32) {
        w.bytes32(Bytes32.of(padded, i));
      }
    }
    return w;
  }

  private static int words(Sample sample) {
    return (sample.bytes().length + 31) / 32;
  }

  private Call<List<Address>> call(AbiWriter data) {
    return Call.of(
        "eth_call",
        json -> {
          AbiReader r = new AbiReader(Hex.bytes(json), 32);
          long count = r.number(31);
          List<Address> signers = new ArrayList<>();
          for (long i = 0; i < count; i++) {
            signers.add(r.address());
          }
          return signers;
        },
        Json.object("to", HERE.toString(), "data", Hex.of(data.toBytes())),
        Json.of("latest"),
        Json.object(HERE.toString(), Json.object("code", code)));
  }

  @Override
  public void close() {
    rpc.close();
    net.close();
  }
}
