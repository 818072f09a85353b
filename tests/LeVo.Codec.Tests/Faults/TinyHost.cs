using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Text;
using LeVo.Testing;
using Microsoft.Extensions.DependencyInjection;
using TorchSharp;

namespace LeVo.Codec.Tests.Faults;

/// <summary>An application with a whole model of random weights.</summary>
public sealed class TinyHost : IDisposable
{
    private readonly TinyModel model;
    private readonly ServiceProvider provider;

    public TinyHost()
        : this(_ => { })
    {
    }

    internal TinyHost(Action<IServiceCollection> configure, double windowSeconds = 1)
    {
        model = new(windowSeconds: windowSeconds);
        var services = new ServiceCollection();
        configure(services);
        services.AddLeVo(options => options.ModelPath = model.Path).AddMusicCodec();
        provider = services.BuildServiceProvider();
        Generator = provider.GetRequiredService<ISongGenerator>();
    }

    public ISongGenerator Generator { get; }

    /// <summary>Tensors that are alive in the process.</summary>
    public static long Tensors => torch.Tensor.TotalCount;

    /// <summary>A short song that no other number asks for.</summary>
    public static SongRequest Request(int number) => new()
    {
        Lyrics = Lyrics.Parse($"[verse] the river is singing {number}"),
        Description = number % 2 == 0 ? "pop, warm" : "rock",
        Duration = TimeSpan.FromSeconds(0.6 + number % 3 * 0.4),
        Seed = (ulong)number,
        WithStems = number % 4 == 3,
    };

    /// <summary>All that is heard of a song.</summary>
    public static float[] SoundOf(Song song) =>
    [
        .. ((Waveform?[])[song.Audio, song.Vocal, song.Accompaniment]).OfType<Waveform>()
            .SelectMany(sound => sound.Channels).SelectMany(channel => channel),
    ];

    public void Dispose()
    {
        provider.Dispose();
        model.Dispose();
    }
}

/// <summary>Cancels at a chosen report.</summary>
internal sealed class CancellingAt(int report, CancellationTokenSource source) : IProgress<GenerationProgress>
{
    private int heard;

    public int Heard => heard;

    public void Report(GenerationProgress value)
    {
        if (Interlocked.Increment(ref heard) == report)
            source.Cancel();
    }
}
