using System.Globalization;
using LeVo.Core;
using LeVo.Core.Checkpoints;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Runtime;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using LeVo.Testing;
using Microsoft.Extensions.DependencyInjection;
using static TorchSharp.torch;

namespace LeVo.Codec.Tests.Loading;

/// <summary>One half of the model in memory at a time, in live tensors and in bytes.</summary>
public sealed class ResidencyTests : IDisposable
{
    private static readonly SongRequest Request = new()
    {
        Lyrics = Lyrics.Parse("[verse] oh"),
        Duration = TimeSpan.FromSeconds(1),
        Seed = 3,
    };

    private readonly TinyModel model = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ResidencyTests() => LeVoRuntime.EnsureTorch();

    public void Dispose() => model.Dispose();

    [Fact]
    public async Task TheLanguageModelIsFreedBeforeTheCodecIsLoadedAndBack()
    {
        (Song kept, long[] both) = await MakeTwice(ModelResidency.KeepAll);
        (Song freed, long[] one) = await MakeTwice(ModelResidency.OneAtATime);
        Assert.Equal(kept.Audio.Channels[0], freed.Audio.Channels[0]);
        Assert.Equal(kept.Audio.Channels[1], freed.Audio.Channels[1]);

        // TorchSharp counts a parameter twice when it is made and once when it is freed.
        Assert.Equal([both[1], both[1]], both[2..]);
        long codec = (both[1] - both[0]) / 2, leLm = new LeLmTensors(ModelFolder.Open(model.Path).Config).Used.Count();
        Assert.True(codec > 30, $"{codec} parameters of the codec");
        Assert.True(2 * codec - (one[1] - one[0]) >= leLm, "the language model is freed before the codec is loaded");
        Assert.Equal(leLm + codec, one[2] - one[0]);
        Assert.Equal(leLm + codec, one[3] - one[1]);
    }

    [Fact]
    public async Task TheMemoryOfTheLanguageModelIsGivenBack()
    {
        if (!OperatingSystem.IsLinux())
            return; // Resident bytes are read from Linux's list of them.
        // A large table, converted to bfloat16: memory of the process, not of the file.
        LeLmConfig config = ModelFolder.Open(model.Path).Config with { LyricsVocabulary = 2_000_000 };
        SparseCheckpoint.Write(Path.Combine(model.Path, "model.safetensors"), new LeLmTensors(config).All, ElementType.Float32);
        long table = (long)config.LyricsVocabulary * config.Width * sizeof(ushort);
        await using ServiceProvider provider = Services(ModelResidency.OneAtATime, ModelPrecision.BFloat16);
        var tokens = provider.GetRequiredService<ITokenGenerator>();
        var songs = provider.GetRequiredService<ISongGenerator>();
        await songs.GenerateAsync(Request, cancellationToken: Stop); // buffers that the libraries keep
        await foreach (TokenFrame _ in tokens.GenerateFramesAsync(Request, cancellationToken: Stop))
        {
        }
        long withLanguageModel = ResidentBytes();
        await songs.GenerateAsync(Request, cancellationToken: Stop);
        long withCodec = ResidentBytes();
        Assert.True(withLanguageModel - withCodec > table * 3 / 4, $"{withLanguageModel} bytes with the language model, "
            + $"{withCodec} after it; the table has {table}");
    }

    [Fact]
    public void SongsAreMadeOneByOne()
    {
        var options = new LeVoOptions
        {
            ModelPath = model.Path,
            Residency = ModelResidency.OneAtATime,
            MaxConcurrentSongs = 2,
        };
        Assert.Contains("one by one", Assert.Throws<ArgumentException>(() => LeVoModel.Load(options)).Message);
    }

    private ServiceProvider Services(ModelResidency residency, ModelPrecision? precision = null)
    {
        var services = new ServiceCollection();
        services.AddLeVo(options => (options.ModelPath, options.Residency, options.Precision) = (model.Path, residency, precision))
            .AddMusicCodec();
        return services.BuildServiceProvider();
    }

    /// <summary>A song made twice, and the live tensors: after its tokens and after its sound, each time.</summary>
    private async Task<(Song Song, long[] Counts)> MakeTwice(ModelResidency residency)
    {
        await using ServiceProvider provider = Services(residency);
        var tokens = provider.GetRequiredService<ITokenGenerator>();
        var codec = provider.GetRequiredService<IMusicCodec>();
        var songs = provider.GetRequiredService<ISongGenerator>();
        var counts = new List<long>();
        Song? song = null;
        for (int i = 0; i < 2; i++)
        {
            await foreach (TokenFrame _ in tokens.GenerateFramesAsync(Request, cancellationToken: Stop))
            {
            }
            counts.Add(Tensor.TotalCount);
            song = await songs.GenerateAsync(Request, cancellationToken: Stop);
            counts.Add(Tensor.TotalCount);
        }
        Assert.Equal(25, codec.FrameRate);
        return (song!, [.. counts]);
    }

    /// <summary>Bytes of the process's memory that are not parts of files.</summary>
    private static long ResidentBytes()
    {
        const string Anonymous = "RssAnon:";
        GC.Collect();
        GC.WaitForPendingFinalizers();
        string line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith(Anonymous, StringComparison.Ordinal));
        return long.Parse(line[Anonymous.Length..].Replace("kB", "", StringComparison.Ordinal), NumberStyles.AllowLeadingWhite
            | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) << 10;
    }
}
