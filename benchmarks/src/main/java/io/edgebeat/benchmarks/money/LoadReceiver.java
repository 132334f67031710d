package io.edgebeat.benchmarks.money;

import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.core.agreement.SellerSide;
import io.edgebeat.core.codec.RecordCodec;
import io.edgebeat.core.engine.FactBatch;
import io.edgebeat.core.journal.FileDisk;
import io.edgebeat.core.journal.Journal;
import io.edgebeat.core.journal.JournalOptions;
import io.edgebeat.core.journal.JournalReplay;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The JVM that receives vouchers under {@link LoadProof}: the seller's decisions about many
 * agreements, real signatures, one journal. It acknowledges what is durable, and nothing else.
 *
 * <p>By the socket come an agreement's number, a length and a message; back go first how many
 * vouchers each agreement knows, then agreement and count for each that is durable.
 */
final class LoadReceiver {
  static final RecordCodec<PeerMessage> MESSAGES = RecordCodec.of(PeerMessage.class);
  private static final RecordCodec<FactBatch> FACTS = RecordCodec.of(FactBatch.class);

  private final PaidSeller seller = PaidSeller.make();
  private final List<SellerSide> sides = new ArrayList<>();
  private final long heardBefore = seller.state().heard();

  private LoadReceiver(int count) {
    for (int i = 0; i < count; i++) {
      sides.add(seller.state());
    }
  }

  /** Is given the port of the parent, the journal's directory and the number of agreements. */
  public static void main(String[] arguments) throws IOException {
    LoadReceiver self = new LoadReceiver(Integer.parseInt(arguments[2]));
    self.warm();
    try (Journal journal = self.open(Path.of(arguments[1]));
        Socket socket =
            new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0]))) {
      socket.setTcpNoDelay(true);
      self.serve(journal, socket);
    }
    // Nobody needs it any more.
    Runtime.getRuntime().halt(0);
  }

  /** A node that has just started is slow by its compiler, which is not what is measured. */
  private void warm() {
    List<PeerMessage.VoucherSent> vouchers = Vouchers.of(seller);
    for (int i = 0; i < 40; i++) {
      SellerSide side = seller.state();
      for (PeerMessage.VoucherSent voucher : vouchers) {
        PeerMessage sent = MESSAGES.decode(MESSAGES.encode(voucher));
        var unused = FACTS.encode(seller.hear(side, sent));
      }
    }
  }

  private Journal open(Path directory) {
    JournalReplay replay =
        new JournalReplay() {
          @Override
          public void snapshot(byte[] state, long upToSequence) {
            throw new IllegalStateException("nobody has made a snapshot here");
          }

          @Override
          public void record(long sequence, byte[] payload) {
            ByteBuffer record = ByteBuffer.wrap(payload);
            SellerSide side = sides.get(record.getInt());
            byte[] facts = new byte[record.remaining()];
            record.get(facts);
            FACTS.decode(facts).facts().forEach(side::evolve);
          }
        };
    return Journal.open(
        FileDisk.open(directory),
        JournalOptions.withNewId(new byte[JournalOptions.ID_BYTES]),
        replay,
        Thread.ofPlatform().name("flusher").factory());
  }

  private int known(SellerSide side) {
    return Math.toIntExact(side.heard() - heardBefore);
  }

  private void serve(Journal journal, Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    DataOutputStream out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    for (SellerSide side : sides) {
      out.writeInt(known(side));
    }
    out.flush();
    try {
      while (true) {
        int number = in.readInt();
        byte[] message = in.readNBytes(in.readInt());
        SellerSide side = sides.get(number);
        byte[] facts = FACTS.encode(seller.hear(side, MESSAGES.decode(message)));
        int known = known(side);
        byte[] record = ByteBuffer.allocate(4 + facts.length).putInt(number).put(facts).array();
        journal.append(
            record,
            (sequence, failure) -> {
              if (failure != null) {
                // What comes of it is seen by whoever opens the journal again.
                Runtime.getRuntime().halt(1);
              }
              acknowledge(out, number, known);
            });
      }
    } catch (EOFException over) {
      return;
    }
  }

  private static void acknowledge(DataOutputStream out, int number, int known) {
    try {
      out.writeInt(number);
      out.writeInt(known);
      out.flush();
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }
}
