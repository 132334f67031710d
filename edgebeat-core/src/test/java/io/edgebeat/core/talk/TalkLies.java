package io.edgebeat.core.talk;

import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.net.PeerMessage;
import java.util.List;

/** What a liar says beside an honest word of a talk; none of it may do harm. */
public final class TalkLies {
  private TalkLies() {}

  /** Repeats, says more than there is room for, and what no one may say. */
  public static List<PeerMessage> after(PeerMessage message) {
    return switch (message) {
      case PeerMessage.TaskSaid m -> {
        long ahead = m.position() + 100_000;
        Blob wrong = Blob.of(new byte[100]);
        Blob large = Blob.of(new byte[100_000]);
        yield List.of(
            m,
            new PeerMessage.TaskSaid(m.taskNo(), m.stream(), m.life(), ahead, ahead, wrong, false),
            new PeerMessage.TaskSaid(m.taskNo(), m.stream(), m.life(), -1, -1, wrong, false),
            new PeerMessage.TaskSaid(m.taskNo(), m.stream(), m.life(), 0, ahead, large, false),
            new PeerMessage.TaskSaid(m.taskNo(), m.stream(), m.life(), 0, ahead, wrong, true),
            new PeerMessage.TaskSaid(m.taskNo(), m.stream(), m.life() - 1, 0, 0, wrong, false),
            new PeerMessage.TaskSaid(
                m.taskNo(), m.stream(), m.life(), 0, Long.MAX_VALUE, wrong, false));
      }
      case PeerMessage.TaskHeard m ->
          List.of(
              m,
              heard(m, m.position() + 100_000, m.window()),
              heard(m, Long.MAX_VALUE, Long.MAX_VALUE),
              heard(m, m.position(), Long.MAX_VALUE),
              heard(m, m.position(), -1),
              heard(m, -1, m.window()));
      default -> List.of();
    };
  }

  private static PeerMessage heard(PeerMessage.TaskHeard m, long position, long window) {
    return new PeerMessage.TaskHeard(m.taskNo(), m.stream(), m.life(), position, window);
  }
}
