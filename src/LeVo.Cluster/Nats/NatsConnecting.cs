using LeVo.Cluster.Work;
using NATS.Client.Core;

namespace LeVo.Cluster.Nats;

/// <summary>The client's options.</summary>
internal static class NatsConnecting
{
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    /// <exception cref="FileNotFoundException">A file of a key or a certificate is missing.</exception>
    public static NatsOpts Options(NatsWorkOptions options)
    {
        if (!WorkItem.IsName(options.Name))
            throw new ArgumentException($"'{options.Name}' is not a queue's name: lower-case letters, digits and hyphens.");
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Lease, TimeSpan.FromMilliseconds(100));
        Uri[] servers = [.. options.Url.Split(',').Select(Server)];
        bool encrypted = servers.All(server => server.Scheme is "tls" or "wss") || options.AuthorityPath is not null
            || options.CertificatePath is not null;
        if (!encrypted && !options.AllowsPlainText && Array.Find(servers, server => !server.IsLoopback) is { } open)
        {
            throw new ArgumentException(
                $"'{open}' is on another machine, and lyrics would cross the network unencrypted: use tls://, or allow it.");
        }
        foreach (string? path in (string?[])[options.CredentialsPath, options.NKeyPath, options.AuthorityPath,
            options.CertificatePath, options.CertificateKeyPath])
        {
            if (path is not null && !File.Exists(path))
                throw new FileNotFoundException($"'{path}' is missing.", path);
        }
        return NatsOpts.Default with
        {
            Url = options.Url,
            Name = "LeVo",
            // A worker waits for its server, however long that is away.
            RetryOnInitialConnect = true,
            ReconnectWaitMin = TimeSpan.FromMilliseconds(100),
            ReconnectWaitMax = TimeSpan.FromSeconds(5),
            MaxReconnectRetry = -1,
            AuthOpts = NatsAuthOpts.Default with { CredsFile = options.CredentialsPath, NKeyFile = options.NKeyPath },
            TlsOpts = NatsTlsOpts.Default with
            {
                CaFile = options.AuthorityPath,
                CertFile = options.CertificatePath,
                KeyFile = options.CertificateKeyPath,
                Mode = encrypted ? TlsMode.Require : TlsMode.Auto,
            },
        };
    }

    private static Uri Server(string text) => Uri.TryCreate(text.Trim(), UriKind.Absolute, out Uri? server)
        && server.Scheme is "nats" or "tls" or "ws" or "wss"
            ? server
            : throw new ArgumentException($"'{text}' is not the address of a NATS server, such as nats://127.0.0.1:4222.");
}
