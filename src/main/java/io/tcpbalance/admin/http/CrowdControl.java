package io.tcpbalance.admin.http;

import io.tcpbalance.admin.ApiError;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.BidiShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * Stands between one connection and its requests' handler, and tells the {@link Crowd} when the
 * connection comes, is busy, is idle and goes. It closes the connection if the crowd says so.
 */
final class CrowdControl
    extends GraphStage<BidiShape<HttpRequest, HttpRequest, HttpResponse, HttpResponse>> {

  private final Inlet<HttpRequest> requestIn = Inlet.create("request.in");
  private final Outlet<HttpRequest> requestOut = Outlet.create("request.out");
  private final Inlet<HttpResponse> responseIn = Inlet.create("response.in");
  private final Outlet<HttpResponse> responseOut = Outlet.create("response.out");
  private final BidiShape<HttpRequest, HttpRequest, HttpResponse, HttpResponse> shape =
      new BidiShape<>(requestIn, requestOut, responseIn, responseOut);

  private final Crowd<Connection> crowd;

  CrowdControl(Crowd<Connection> crowd) {
    this.crowd = crowd;
  }

  /** The handler for each connection, under control. */
  static Flow<HttpRequest, HttpResponse, NotUsed> around(
      Flow<HttpRequest, HttpResponse, NotUsed> handler, Crowd<Connection> crowd) {
    return BidiFlow.fromGraph(new CrowdControl(crowd)).join(handler);
  }

  @Override
  public BidiShape<HttpRequest, HttpRequest, HttpResponse, HttpResponse> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes inherited) {
    return new Connection();
  }

  /** One connection. All but {@link #close} is called by its stream only. */
  final class Connection extends GraphStageLogic {

    private final AsyncCallback<Done> toClose = createAsyncCallback(done -> onMustGo());
    private final AsyncCallback<Done> answered = createAsyncCallback(done -> onAnswered());
    private int underWay;

    /** A request has come that has no answer yet. */
    private boolean unanswered;

    private Connection() {
      super(shape);
      setHandler(
          requestIn,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              onRequest();
            }

            @Override
            public void onUpstreamFinish() {
              complete(requestOut);
            }
          });
      setHandler(
          requestOut,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              pull(requestIn);
            }
          });
      setHandler(
          responseIn,
          new AbstractInHandler() {
            @Override
            public void onPush() {
              unanswered = false;
              push(responseOut, tracked(grab(responseIn)));
            }
          });
      setHandler(
          responseOut,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              pull(responseIn);
            }
          });
    }

    /** Any thread may call; a connection that has ended does not notice. */
    void close() {
      toClose.invoke(Done.getInstance());
    }

    @Override
    public void preStart() {
      Connection mustGo = crowd.enter(this);
      if (mustGo != null) {
        mustGo.close();
      }
    }

    @Override
    public void postStop() {
      crowd.leave(this);
    }

    /** A request without an answer would be taken for a bug, and logged at length. */
    private void onMustGo() {
      if (unanswered) {
        emit(responseOut, ApiError.crowded().response(), this::completeStage);
      } else {
        completeStage();
      }
    }

    /** Whoever keeps his body back waits as one who is silent: a stranger may, to log in. */
    private void onRequest() {
      HttpRequest request = grab(requestIn);
      underWay++;
      unanswered = true;
      if (request.entity().isStrict()) {
        crowd.busy(this);
      }
      push(requestOut, request);
    }

    /** An answer that streams is under way until its last byte. */
    private HttpResponse tracked(HttpResponse response) {
      if (response.entity().isStrict()) {
        onAnswered();
        return response;
      }
      if (Watching.isEndless(response)) {
        crowd.endless(this);
      }
      return response.transformEntityDataBytes(
          Flow.<ByteString>create().watchTermination((mat, end) -> tellAnswered(end, mat)));
    }

    private NotUsed tellAnswered(CompletionStage<Done> end, NotUsed mat) {
      end.whenComplete((done, failure) -> answered.invoke(Done.getInstance()));
      return mat;
    }

    private void onAnswered() {
      underWay--;
      if (underWay == 0) {
        crowd.idle(this);
      }
    }
  }
}
