// SPDX-License-Identifier: GPL-2.0-or-later
// A service and its client over loopback. Each tells the messages that it sends and receives, a line each on standard
// output: "sent ACTION" or "received ACTION".
//   Live.exe CASE server PORT KEY_FOLDER SECONDS    says "ready", then serves for so long
//   Live.exe CASE client PORT KEY_FOLDER            says "done" when every answer was the right one
using System;
using System.Linq;
using System.ServiceModel;
using System.ServiceModel.Channels;
using System.ServiceModel.Description;
using System.ServiceModel.Dispatcher;
using System.Threading;
using System.Threading.Tasks;

// Stands where messages are whole and in the clear, at either end.
class Log : IEndpointBehavior, IClientMessageInspector, IDispatchMessageInspector
{
    static readonly object turn = new object();

    static void Write(string what, Message message)
    {
        lock (turn)
        {
            Console.WriteLine(what + " " + (message.Headers.Action ?? "-"));
            Console.Out.Flush();
        }
    }

    public object BeforeSendRequest(ref Message request, IClientChannel channel) { Write("sent", request); return null; }
    public void AfterReceiveReply(ref Message reply, object state) { Write("received", reply); }
    public object AfterReceiveRequest(ref Message request, IClientChannel channel, InstanceContext context) { Write("received", request); return null; }
    public void BeforeSendReply(ref Message reply, object state) { if (reply != null) Write("sent", reply); }

    public void ApplyClientBehavior(ServiceEndpoint endpoint, ClientRuntime runtime) { runtime.MessageInspectors.Add(this); }
    public void ApplyDispatchBehavior(ServiceEndpoint endpoint, EndpointDispatcher dispatcher) { dispatcher.DispatchRuntime.MessageInspectors.Add(this); }
    public void AddBindingParameters(ServiceEndpoint endpoint, BindingParameterCollection parameters) { }
    public void Validate(ServiceEndpoint endpoint) { }
}

public static class Live
{
    static string name, folder, url;

    static void Serve(int seconds)
    {
        var host = new ServiceHost(typeof(LiveService));
        Type contract = Bindings.IsSecured(name) ? typeof(ILiveAlone) : typeof(ILive);
        ServiceEndpoint endpoint = host.AddServiceEndpoint(contract, Bindings.Make(name), url);
        endpoint.Behaviors.Add(new Log());
        if (Bindings.IsSecured(name))
            Bindings.Fill(host, folder);
        host.Open();
        Console.WriteLine("ready");
        Console.Out.Flush();
        Thread.Sleep(seconds * 1000);
    }

    // A factory a client: each has connections of its own.
    static void WithChannel<T>(Action<T> use) where T : class
    {
        EndpointAddress address = Bindings.IsSecured(name)
            ? new EndpointAddress(new Uri(url), new X509CertificateEndpointIdentity(Bindings.ServerCertificate(folder)))
            : new EndpointAddress(url);
        var factory = new ChannelFactory<T>(Bindings.Make(name), address);
        factory.Endpoint.Behaviors.Add(new Log());
        if (Bindings.IsSecured(name))
            Bindings.Fill(factory.Credentials, folder);
        T channel = factory.CreateChannel();
        use(channel);
        ((ICommunicationObject)channel).Close(TimeSpan.FromSeconds(5));
    }

    static void Check(string expected, string seen)
    {
        if (expected != seen)
            throw new Exception("expected \"" + expected + "\", seen \"" + seen + "\"");
    }

    static void CheckMirror(Func<Values, Values> mirror, int octets)
    {
        Values sent = Values.Make("a < b & \"c\" \u00e9\u4e16\U0001f600", octets), seen = mirror(sent);
        Check(sent.Text + sent.Money + sent.Span + sent.Key + sent.Huge, seen.Text + seen.Money + seen.Span + seen.Key + seen.Huge);
        if (!sent.Blob.SequenceEqual(seen.Blob) || !sent.Numbers.SequenceEqual(seen.Numbers) || !sent.Ratios.SequenceEqual(seen.Ratios))
            throw new Exception("an array came back changed");
    }

    static void Talk(ILive live)
    {
        Check("hello", live.Echo("hello"));
        CheckMirror(live.Mirror, 10);
        live.Tell("no answer to this");
        Check("", live.Echo(""));
        CheckMirror(live.Mirror, 200000); // many segments
        Check("hello", live.Echo("hello")); // every string known by now
    }

    static void TalkAlone(ILiveAlone live)
    {
        Check("hello", live.Echo("hello"));
        CheckMirror(live.Mirror, 3000);
    }

    static void Run()
    {
        if (Bindings.IsSecured(name))
        {
            WithChannel<ILiveAlone>(TalkAlone);
        }
        else if (name == "tcp-streamed")
        {
            // Mono's service closes a connection after one call, its client would use it again.
            WithChannel<ILive>(live => Check("hello", live.Echo("hello")));
            WithChannel<ILive>(live => CheckMirror(live.Mirror, 10));
            WithChannel<ILive>(live => CheckMirror(live.Mirror, 100000));
        }
        else if (name.EndsWith("-mtom"))
        {
            // Mono's service does not get through MTOM, and never answers.
            try { WithChannel<ILive>(live => CheckMirror(live.Mirror, 3000)); }
            catch (Exception e) { Console.WriteLine("no answer: " + e.GetType().Name); }
        }
        else if (name == "tcp-buffered")
        {
            // One after the other: with two at a time Mono's service mixes up the string tables of their sessions.
            WithChannel<ILive>(Talk);
            WithChannel<ILive>(Talk);
        }
        else
        {
            Task.WaitAll(Task.Run(() => WithChannel<ILive>(Talk)), Task.Run(() => WithChannel<ILive>(Talk)));
        }
    }

    public static int Main(string[] arguments)
    {
        name = arguments[0];
        folder = arguments[3];
        url = (Bindings.IsTcp(name) ? "net.tcp" : "http") + "://127.0.0.1:" + arguments[2] + "/live";
        try
        {
            if (arguments[1] == "server")
                Serve(int.Parse(arguments[4]));
            else
                Run();
        }
        catch (Exception e)
        {
            Console.WriteLine("failed " + e);
            return 1;
        }
        Console.WriteLine("done");
        return 0;
    }
}
