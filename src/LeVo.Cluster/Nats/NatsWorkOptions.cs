namespace LeVo.Cluster.Nats;

/// <summary>How a process reaches the queue on NATS.</summary>
public sealed record NatsWorkOptions
{
    /// <summary>The servers, separated by commas: <c>nats://127.0.0.1:4222</c>, or <c>tls://</c> with a host's name.</summary>
    public string Url { get; init; } = "nats://127.0.0.1:4222";

    /// <summary>The name of the queue: lower-case letters, digits and hyphens. Its streams are <c>NAME-work</c> and
    /// <c>NAME-dead</c>.</summary>
    public string Name { get; init; } = "levo";

    /// <summary>
    /// How long an item belongs to a worker that no longer answers. A worker renews its lease three times in that time.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Copies of the streams in a cluster of servers: 1, 3 or 5.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>A file of credentials (<c>.creds</c>, as <c>nsc</c> writes it), or null.</summary>
    public string? CredentialsPath { get; init; }

    /// <summary>A file with the seed of an NKey, or null.</summary>
    public string? NKeyPath { get; init; }

    /// <summary>A file with the certificates of the authorities that sign the servers' (PEM), or null for the system's.</summary>
    public string? AuthorityPath { get; init; }

    /// <summary>A file with this client's certificate (PEM), or null.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>A file with the key of <see cref="CertificatePath"/> (PEM), or null.</summary>
    public string? CertificateKeyPath { get; init; }

    /// <summary>
    /// Whether lyrics may cross the network unencrypted. Without it a server of another machine is only reached with TLS.
    /// </summary>
    public bool AllowsPlainText { get; init; }
}
