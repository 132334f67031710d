package io.edgebeat.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.edgebeat.api.capability.CapabilitySession;
import io.edgebeat.api.identity.Blob;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A buyer whose messages wait until a program reads them; one without a word is the end. */
final class BuyerSession implements CapabilitySession {
  final BlockingQueue<String> toProgram = new LinkedBlockingQueue<>();
  final BlockingQueue<String> toBuyer = new LinkedBlockingQueue<>();

  @Override
  public Optional<Blob> read() throws InterruptedException {
    String word = toProgram.take();
    return word.isEmpty() ? Optional.empty() : Optional.of(Blob.of(word.getBytes(UTF_8)));
  }

  @Override
  public void write(Blob message) {
    toBuyer.add(new String(message.toBytes(), UTF_8));
  }

  @Override
  public void close() {}
}
