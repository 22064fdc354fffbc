package io.tcpbalance.console;

import io.tcpbalance.console.TelnetDecoder.Heard;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * One connection: reads lines, has them answered, and writes the answers. Made for one connection,
 * used once.
 *
 * <p>Nothing goes on before the client has taken what was written last, so that one that does not
 * read holds no more than one answer. It is closed by the idle time-out like one that is silent.
 */
final class Dialogue extends GraphStage<FlowShape<ByteString, ByteString>> {

  /** How long a client has to take the last words. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(3);

  private enum Timer {
    IDLE,
    PAUSE,
    LAST_WORDS
  }

  private final Inlet<ByteString> in = Inlet.create("console.in");
  private final Outlet<ByteString> out = Outlet.create("console.out");
  private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);
  private final Interpreter interpreter;
  private final Visitors<Connection> visitors;
  private final Duration idleTimeout;

  Dialogue(Interpreter interpreter, Visitors<Connection> visitors, Duration idleTimeout) {
    this.interpreter = interpreter;
    this.visitors = visitors;
    this.idleTimeout = idleTimeout;
  }

  @Override
  public FlowShape<ByteString, ByteString> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes inherited) {
    return new Connection();
  }

  /** All but {@link #close} is called by its stream only. */
  final class Connection extends TimerGraphStageLogic {

    private record Answered(String line, Answer answer) {}

    private final AsyncCallback<String> toClose = createAsyncCallback(this::finishWith);
    private final AsyncCallback<Answered> answered = createAsyncCallback(this::onAnswered);
    private final TelnetDecoder decoder = new TelnetDecoder();
    private final Deque<String> lines = new ArrayDeque<>();
    private ByteString output = ByteString.emptyByteString();
    private boolean inputEnded;

    /** A line is being answered. */
    private boolean asking;

    /** Something was typed while a line was answered again and again. */
    private boolean interrupted;

    private boolean pausing;

    /** The line that is answered again and again. */
    private @Nullable String repeating;

    /** Nothing is done any more but to write the output. */
    private boolean finishing;

    private boolean finishAfterPause;

    private Connection() {
      super(shape);
      setHandlers(
          in,
          out,
          new AbstractInOutHandler() {
            @Override
            public void onPush() {
              hear(decoder.feed(grab(in)));
            }

            @Override
            public void onUpstreamFinish() {
              onInputEnd();
            }

            @Override
            public void onPull() {
              touch();
              advance();
            }
          });
    }

    /** Says that and ends. Any thread may call; a connection that has ended does not notice. */
    void close(String farewell) {
      toClose.invoke(farewell);
    }

    @Override
    public void preStart() {
      write(interpreter.greeting() + interpreter.prompt());
      touch();
      Connection mustGo = visitors.enter(this);
      if (mustGo != null) {
        mustGo.close(
            "\nThere are too many connections (console.max-connections), and this one was silent"
                + " for longest: bye\n");
      }
    }

    @Override
    public void postStop() {
      visitors.leave(this);
    }

    private void write(String text) {
      output = output.concat(Screen.bytes(text));
    }

    private void touch() {
      if (!finishing) {
        scheduleOnce(Timer.IDLE, idleTimeout);
      }
    }

    private void hear(List<Heard> heard) {
      if (finishing) {
        return;
      }
      boolean typed = decoder.isWithinLine();
      for (Heard next : heard) {
        if (next instanceof TelnetDecoder.Line line) {
          typed = true;
          touch();
          lines.add(line.text());
        } else if (next instanceof TelnetDecoder.Reply reply) {
          output = output.concat(reply.bytes());
        } else if (next == TelnetDecoder.Interrupt.INSTANCE) {
          typed = true;
        } else {
          finishWith("\nA line has at most " + TelnetDecoder.LONGEST_LINE + " bytes: bye\n");
          return;
        }
      }
      if (lines.stream().anyMatch(Interpreter::isHttp)) {
        output = ByteString.emptyByteString();
        finishWith("");
        return;
      }
      if (typed && repeating != null) {
        interrupt();
      }
      advance();
    }

    /** A line will be answered, and prompted after; a key will not. */
    private void interrupt() {
      repeating = null;
      interrupted = true;
      if (!asking) {
        cancelTimer(Timer.PAUSE);
        pausing = false;
        write(lines.isEmpty() ? "\n" + interpreter.prompt() : "");
      }
    }

    private void onInputEnd() {
      inputEnded = true;
      if (decoder.isWithinLine()) {
        lines.add(decoder.cut().text());
      }
      if (repeating != null) {
        interrupt();
      }
      advance();
    }

    /** Does the next thing that can be done, if the client has taken all until now. */
    private void advance() {
      if (!isAvailable(out)) {
        return;
      }
      if (!output.isEmpty()) {
        push(out, output);
        output = ByteString.emptyByteString();
      } else if (finishing) {
        // In this order: with a client that does not close, half a connection would stay.
        cancel(in);
        complete(out);
      } else if (pausing) {
        listenWhileRepeating();
      } else if (!asking) {
        proceed();
      }
    }

    private void listenWhileRepeating() {
      if (repeating != null) {
        listen();
      }
    }

    private void proceed() {
      if (finishAfterPause) {
        finishWith("");
      } else if (repeating != null) {
        ask(repeating);
      } else if (!lines.isEmpty()) {
        ask(lines.remove());
      } else if (inputEnded) {
        finishWith("");
      } else {
        listen();
      }
    }

    private void listen() {
      if (!hasBeenPulled(in) && !isClosed(in)) {
        pull(in);
      }
    }

    private void ask(String line) {
      asking = true;
      interrupted = false;
      interpreter.answer(line).thenAccept(answer -> answered.invoke(new Answered(line, answer)));
    }

    private void onAnswered(Answered a) {
      asking = false;
      if (finishing) {
        return;
      }
      Answer answer = a.answer();
      if (answer.understood()) {
        visitors.active(this);
      }
      boolean repeat = answer.next() == Answer.Next.REPEAT && !interrupted && !inputEnded;
      repeating = repeat ? a.line() : null;
      finishAfterPause = answer.next() == Answer.Next.CLOSE;
      write(answer.text() + (repeat || finishAfterPause ? "" : interpreter.prompt()));
      if (!answer.pause().isZero() && (repeat || answer.next() != Answer.Next.REPEAT)) {
        pausing = true;
        scheduleOnce(Timer.PAUSE, answer.pause());
      }
      advance();
    }

    /** Ends when the client has taken that. */
    private void finishWith(String lastWords) {
      if (!finishing) {
        finishing = true;
        cancelTimer(Timer.IDLE);
        scheduleOnce(Timer.LAST_WORDS, LAST_WORDS);
        write(lastWords);
        advance();
      }
    }

    @Override
    public void onTimer(Object timer) {
      if (timer == Timer.PAUSE) {
        pausing = false;
        advance();
      } else if (timer == Timer.LAST_WORDS) {
        failStage(new IllegalStateException("the client does not read"));
      } else if (isAvailable(out) && (asking || pausing)) {
        touch();
      } else {
        finishWith("\nNothing was said for " + idleTimeout.toSeconds() + " s: bye\n");
      }
    }
  }
}
