using LeVo.Alignment.Data;
using LeVo.Alignment.Dpo;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Preferences;
using LeVo.Alignment.Sampling;
using LeVo.Alignment.Training;
using LeVo.Core.Audio;
using LeVo.Core.Conditioning;
using LeVo.Core.Generation;
using LeVo.Core.Tokens;
using LeVo.Core.Training;
using LeVo.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace LeVo.Alignment.Tests.DependencyInjection;

public sealed class AddAlignmentTests : IDisposable
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private readonly string folder = Directory.CreateTempSubdirectory("levo-host-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task AFolderOfSongsFineTunesTheModelOfTheApplication()
    {
        await WriteSongAsync("one", "[verse] La mo ri.\nsa tu", "Pop, Female");
        await WriteSongAsync("two", "[chorus] la la", null);
        await using ServiceProvider provider = Services(services => services.AddSingleton<IMusicCodec, FakeCodec>());
        var model = provider.GetRequiredService<TrainableModel>();
        int songs = await SongFolder.EncodeAsync(At("songs"), provider.GetRequiredService<IMusicCodec>(),
            new TokenShardWriter(At("shards")), model.TextRules, null, Token);
        Assert.Equal(2, songs);
        using var shards = new TokenShards(At("shards"));
        Assert.Equal("pop, female", shards.Load(0).Description); // as the model reads it
        Assert.Null(shards.Load(1).Description);
        await provider.GetRequiredService<IFineTuner>().TrainAsync(shards, At("tuned"),
            new TrainingOptions { Folder = At("run"), Steps = 1, WarmupSteps = 0 }, cancellationToken: Token);
        TrainableModel tuned = TrainableModel.Open(At("tuned"));
        Assert.Equal(model.Config.Width, tuned.Config.Width);
        Assert.NotEqual(await File.ReadAllBytesAsync(model.WeightsPath, Token),
            await File.ReadAllBytesAsync(tuned.WeightsPath, Token));
        await Assert.ThrowsAsync<IOException>(() => provider.GetRequiredService<IFineTuner>()
            .TrainAsync(shards, At("tuned"),
            new TrainingOptions { Folder = At("run"), Steps = 1 }, cancellationToken: Token));
    }

    [Fact]
    public async Task PreferencesAlignTheModelOfTheApplication()
    {
        await using ServiceProvider provider = Services();
        var model = provider.GetRequiredService<TrainableModel>();
        int[] low = [.. Enumerable.Repeat(1, 6)], high = [.. Enumerable.Repeat(5, 6)];
        PreferencePair[] pairs = [new(model.CreateCondition("[verse] la", "pop"), SongTokens.FromRows(low, low, low),
            SongTokens.FromRows(high, high, high), "low", 1, 0, new("model", 1, 2, "codes"))];
        var trainer = provider.GetRequiredService<IPreferenceTrainer>();
        var options = new TrainingOptions { Folder = At("dpo"), Steps = 1, WarmupSteps = 0, ReportEvery = 1 };
        await trainer.TrainAsync(pairs, At("aligned"), options, null, Token);
        TrainableModel aligned = TrainableModel.Open(At("aligned"));
        Assert.NotEqual(await File.ReadAllBytesAsync(model.WeightsPath, Token),
            await File.ReadAllBytesAsync(aligned.WeightsPath, Token));
        await Assert.ThrowsAsync<IOException>(() => trainer.TrainAsync(pairs, At("aligned"), options, null, Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => trainer.TrainAsync([], At("other"), options, null, Token));
    }

    [Fact]
    public void EveryPartIsThereAndCanBeReplaced()
    {
        using ServiceProvider provider = Services();
        Assert.IsType<PreferenceTrainer>(provider.GetRequiredService<IPreferenceTrainer>());
        Assert.IsType<BatchedSongSampler>(provider.GetRequiredService<ISongSampler>());
        Assert.IsType<PreferenceStore>(provider.GetRequiredService<IPreferenceStore>());
        var own = new Nothing();
        using ServiceProvider replaced = Services(services => services.AddSingleton<IPreferenceStore>(own)
            .AddSingleton<IPreferenceScorer>(own).AddSingleton<IRewardModel>(own));
        Assert.Same(own, replaced.GetRequiredService<IPreferenceStore>());
        var scorers = replaced.GetRequiredService<PreferenceScorers>();
        Assert.Same(own, scorers.Get("nothing"));
        Assert.IsType<MusicalityScorer>(scorers.Get(PreferenceStrategies.Musicality));
        Assert.Contains("ITranscriber and IPhonemizer", Assert.Throws<InvalidOperationException>(() =>
            scorers.Get(PreferenceStrategies.LyricAlignment)).Message);
    }

    [Fact]
    public void ANamedModelHasItsOwnServices()
    {
        string path = Path.Combine(Repository.Root, "models", "levo-demo");
        var services = new ServiceCollection();
        services.AddLeVo("one", options => options.ModelPath = path).AddAlignment(options => options.StorePath = At("one"));
        services.AddLeVo("two", options => options.ModelPath = path).AddAlignment(options => options.BatchSize = 7);
        using ServiceProvider provider = services.BuildServiceProvider();
        Assert.NotSame(provider.GetRequiredKeyedService<TrainableModel>("one"),
            provider.GetRequiredKeyedService<TrainableModel>("two"));
        Assert.Equal(2, Assert.IsType<FineTuner>(provider.GetRequiredKeyedService<IFineTuner>("one")).BatchSize);
        Assert.Equal(7, Assert.IsType<FineTuner>(provider.GetRequiredKeyedService<IFineTuner>("two")).BatchSize);
        Assert.NotSame(provider.GetRequiredKeyedService<IPreferenceTrainer>("one"),
            provider.GetRequiredKeyedService<IPreferenceTrainer>("two"));
        Assert.NotSame(provider.GetRequiredKeyedService<ISongSampler>("one"),
            provider.GetRequiredKeyedService<ISongSampler>("two"));
        Assert.Empty(provider.GetRequiredKeyedService<IPreferenceStore>("one").Read());
        Assert.Null(provider.GetService<IFineTuner>());
    }

    [Fact]
    public async Task StemsThatAreMissingAreListed()
    {
        await WriteSongAsync("one", "[verse] la", null);
        File.Delete(At("songs/one.vocal.wav"));
        await File.WriteAllTextAsync(At("songs/two.txt"), "[verse] la", Token);
        string error = Assert.Throws<InvalidDataException>(() => SongFolder.GetNames(At("songs"))).Message;
        Assert.Contains("one.vocal.wav, two.vocal.wav, two.accompaniment.wav", error);
    }

    private ServiceProvider Services(Action<IServiceCollection>? before = null)
    {
        var services = new ServiceCollection();
        before?.Invoke(services);
        services.AddLeVo(options => options.ModelPath = Path.Combine(Repository.Root, "models", "levo-demo"))
            .AddAlignment(options =>
            {
                options.StorePath = At("store");
                options.Setup = new() { Lora = new() { Rank = 2 } };
            });
        return services.BuildServiceProvider();
    }

    private async Task WriteSongAsync(string name, string lyrics, string? description)
    {
        Directory.CreateDirectory(At("songs"));
        await File.WriteAllTextAsync(At($"songs/{name}.txt"), lyrics, Token);
        if (description is not null)
            await File.WriteAllTextAsync(At($"songs/{name}.description.txt"), description + "\n", Token);
        foreach (string part in (string[])["vocal", "accompaniment"])
            await AudioFile.WriteAsync(At($"songs/{name}.{part}.wav"), Waveform.Silence(1, 4800, 48_000),
                cancellationToken: Token);
    }

    private string At(string name) => Path.Combine(folder, name);

    private sealed class FakeCodec : IMusicCodec
    {
        public int SampleRate => 48_000;

        public int FrameRate => 25;

        public Task<SongTokens> EncodeAsync(
            Waveform mix, StemPair stems, CancellationToken cancellationToken = default) =>
            Task.FromResult(SongTokens.FromRows([1, 2, 3], [4, 5, 6], [7, 8, 9]));

        public async IAsyncEnumerable<Waveform> DecodeAsync(SongTokens tokens, CodecDecodeOptions options,
            IProgress<GenerationProgress>? progress,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            yield return Waveform.Silence(2, 1920 * tokens.Frames, 48_000);
        }
    }

    private sealed class Nothing : IPreferenceStore, IPreferenceScorer, IRewardModel
    {
        public string Strategy => "nothing";

        public string Name => "nothing";

        public void Append(PreferencePair pair)
        {
        }

        public IEnumerable<PreferencePair> Read() => [];

        public Task<double> ScoreAsync(SongSample sample, CancellationToken cancellationToken) => Task.FromResult(0.0);

        public double Score(SongCondition condition, SongTokens tokens) => 0;
    }
}
