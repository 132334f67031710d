package io.edgebeat.core.document;

import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.task.Usage;
import java.util.Map;

/** What was used: a member of an invoice's lines, and a document that receipts are about. */
final class UsageDocument {
  private static final String TYPE = "usage";
  private static final long VERSION = 1;

  private UsageDocument() {}

  static Json.Obj write(int taskNo, long units, Usage usage) {
    return Parts.document(TYPE, VERSION, Asset.EDG)
        .count("taskNo", taskNo)
        .count("units", units)
        .put("usage", member(usage));
  }

  static Json.Obj member(Usage usage) {
    return new Json.Obj()
        .count("fuel", usage.fuel())
        .count("cpuNanos", usage.cpuNanos())
        .count("memoryByteSeconds", usage.memoryByteSeconds())
        .count("bytesIn", usage.bytesIn())
        .count("bytesOut", usage.bytesOut())
        .put("messages", Parts.counts(usage.messages()));
  }

  static Usage read(Fields document) {
    Fields fields = document.object("usage");
    long fuel = fields.count("fuel");
    long cpuNanos = fields.count("cpuNanos");
    long memoryByteSeconds = fields.count("memoryByteSeconds");
    long bytesIn = fields.count("bytesIn");
    long bytesOut = fields.count("bytesOut");
    Map<String, Long> messages = fields.countsByName("messages");
    fields.end();
    return new Usage(fuel, cpuNanos, memoryByteSeconds, bytesIn, bytesOut, messages);
  }
}
