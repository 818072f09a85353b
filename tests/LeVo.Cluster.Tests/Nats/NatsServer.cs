using System.Globalization;
using System.Text.RegularExpressions;

namespace LeVo.Cluster.Tests.Nats;

/// <summary>A server of its own: on loopback, on a free port, with a store that is deleted.</summary>
internal sealed partial class NatsServer : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private Child? process;
    private string port = "-1"; // the server chooses
    private int stores;

    public string Url => $"nats://127.0.0.1:{port}";

    public static async Task<NatsServer> StartAsync()
    {
        var server = new NatsServer();
        await server.RunAsync();
        return server;
    }

    /// <summary>Kills the server and starts it again at the same address.</summary>
    public async Task RestartAsync(bool withEmptyStore = false)
    {
        process!.Send(Child.Signal.Kill);
        await process.ExitAsync();
        await process.DisposeAsync();
        if (withEmptyStore)
            stores++;
        await RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
        folder.Dispose();
    }

    private async Task RunAsync()
    {
        string store = folder.At("store" + stores.ToString(CultureInfo.InvariantCulture));
        process = new(await Tool.FindAsync("nats-server"), "-js", "-sd", store, "-a", "127.0.0.1", "-p", port);
        port = Listening().Match(await process.LineAsync(line => Listening().IsMatch(line))).Groups[1].Value;
        await process.LineAsync(line => line.EndsWith("Server is ready", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"Listening for client connections on 127\.0\.0\.1:(\d+)")]
    private static partial Regex Listening();
}

/// <summary>A server that the tests of a class share.</summary>
public sealed class NatsServerFixture : IAsyncLifetime
{
    private NatsServer? server;

    public string Url => server!.Url;

    public async ValueTask InitializeAsync() => server = await NatsServer.StartAsync();

    public ValueTask DisposeAsync() => server!.DisposeAsync();
}
