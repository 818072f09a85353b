using System.Globalization;
using LeVo.Core;
using LeVo.Core.Generation;
using LeVo.Core.Runtime;
using LeVo.Core.Text;
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

    public ResidencyTests() => LeVoRuntime.EnsureTorch();

    public void Dispose() => model.Dispose();

    [Fact]
    public async Task TheLanguageModelIsFreedBeforeTheCodecIsLoadedAndBack()
    {
        long none = Tensor.TotalCount;
        (Song kept, long[] keptCounts) = await MakeTwice(ModelResidency.KeepAll);
        Assert.Equal(none, Tensor.TotalCount);
        (Song freed, long[] counts) = await MakeTwice(ModelResidency.OneAtATime);
        Assert.Equal(none, Tensor.TotalCount);
        Assert.Equal(kept.Audio.Channels[0], freed.Audio.Channels[0]);
        Assert.Equal(kept.Audio.Channels[1], freed.Audio.Channels[1]);

        // Parts of the model in memory: language model alone, codec alone, language model alone, codec alone.
        (long leLm, long codec) = (counts[0] - none, counts[1] - none);
        Assert.True(leLm > 30, $"{leLm} tensors of the language model");
        Assert.True(codec > 30, $"{codec} tensors of the codec");
        Assert.Equal([leLm, codec], [counts[2] - none, counts[3] - none]);
        Assert.Equal([leLm, leLm + codec, leLm + codec, leLm + codec], keptCounts.Select(count => count - none));
    }

    [Fact]
    public async Task TheMemoryOfTheLanguageModelIsGivenBack()
    {
        if (!OperatingSystem.IsLinux())
            return; // Resident bytes are read from Linux's list of them.
        // The tables of lyrics and description, converted to bfloat16: memory of the process, not of the file.
        long tables = (151_659 + 151_652) * 16 * sizeof(ushort);
        await using ServiceProvider provider = Services(ModelResidency.OneAtATime, ModelPrecision.BFloat16);
        var tokens = provider.GetRequiredService<ITokenGenerator>();
        var songs = provider.GetRequiredService<ISongGenerator>();
        await songs.GenerateAsync(Request); // buffers that the libraries keep
        await foreach (TokenFrame _ in tokens.GenerateFramesAsync(Request))
        {
        }
        long withLanguageModel = ResidentBytes();
        await songs.GenerateAsync(Request);
        long withCodec = ResidentBytes();
        Assert.True(withLanguageModel - withCodec > tables * 2 / 3, $"{withLanguageModel} bytes with the language model, "
            + $"{withCodec} after it; its tables have {tables}");
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
            await foreach (TokenFrame _ in tokens.GenerateFramesAsync(Request))
            {
            }
            counts.Add(Tensor.TotalCount);
            song = await songs.GenerateAsync(Request);
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
