using LeVo.Alignment.Data;
using LeVo.Alignment.Dpo;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Preferences;
using LeVo.Alignment.Sampling;
using LeVo.Alignment.Training;
using LeVo.Core;
using LeVo.Core.Adapters;
using LeVo.Core.Audio;
using LeVo.Core.Conditioning;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using LeVo.Core.Training;
using LeVo.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

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
        using var log = new Lines();
        await using ServiceProvider provider = Services(services => services.AddSingleton<IMusicCodec, FakeCodec>()
            .AddSingleton<ILoggerFactory>(log).AddSingleton(typeof(ILogger<>), typeof(Logger<>)));
        var model = provider.GetRequiredService<TrainableModel>();
        int songs = await SongFolder.EncodeAsync(At("songs"), provider.GetRequiredService<IMusicCodec>(),
            new TokenShardWriter(At("shards")), model.TextRules, null, Token);
        Assert.Equal(2, songs);
        using var shards = new TokenShards(At("shards"));
        Assert.Equal("pop, female", shards.Load(0).Description); // as the model reads it
        Assert.Null(shards.Load(1).Description);
        await provider.GetRequiredService<IFineTuner>().TrainAsync(shards, At("tuned"),
            new TrainingOptions { Folder = At("run"), Steps = 1, WarmupSteps = 0, LearningRate = 0.05 }, cancellationToken: Token);
        Assert.DoesNotContain(Directory.GetFiles(At("run")), file => Path.GetFileName(file).StartsWith("weights", StringComparison.Ordinal));
        Assert.Equal(3, log.Texts.Count);
        Assert.Contains("starts: 1 updates", log.Texts[0]);
        Assert.Contains("Update 1 of 1: loss", log.Texts[1]);
        Assert.Contains("has ended", log.Texts[2]);
        await TheAdapterLoadsBesideTheOldModelAsync(model.Path);
        TrainableModel tuned = TrainableModel.Open(At("tuned"));
        Assert.Equal(model.Config.Width, tuned.Config.Width);
        Assert.NotEqual(await File.ReadAllBytesAsync(model.WeightsPath, Token),
            await File.ReadAllBytesAsync(tuned.WeightsPath, Token));
        await Assert.ThrowsAsync<IOException>(() => provider.GetRequiredService<IFineTuner>()
            .TrainAsync(shards, At("tuned"),
            new TrainingOptions { Folder = At("run"), Steps = 1 }, cancellationToken: Token));
        await File.WriteAllTextAsync(At("songs/one.musicality.txt"), "low", Token); // a model of LeVo 1
        var refused = await Assert.ThrowsAsync<InvalidDataException>(() => SongFolder.EncodeAsync(At("songs"),
            provider.GetRequiredService<IMusicCodec>(), new TokenShardWriter(At("others")), model.TextRules, null, Token));
        Assert.Contains("musicality", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>The run's adapter is loaded beside the old model, on both engines.</summary>
    private async Task TheAdapterLoadsBesideTheOldModelAsync(string old)
    {
        string mine = At("base");
        foreach (string file in Directory.GetFiles(old, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".levo", StringComparison.Ordinal)))
        {
            string target = Path.Combine(mine, Path.GetRelativePath(old, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        ModelAdapter whole = new(At("run/adapter")), stronger = whole with { Scale = 2 };
        foreach (ModelBackend backend in (ModelBackend[])[ModelBackend.Torch, ModelBackend.Cpu])
        {
            (string plain, ModelInfo without) = await TokensAsync(mine, backend);
            (string adapted, ModelInfo info) = await TokensAsync(mine, backend, whole);
            (string more, ModelInfo other) = await TokensAsync(mine, backend, stronger);
            Assert.Equal(3, new HashSet<string> { plain, adapted, more }.Count);
            Assert.Equal(3, new HashSet<string> { without.Hash, info.Hash, other.Hash }.Count);
            Assert.Equal(("adapter", 1.0), (info.Adapters.Single().Name, info.Adapters[0].Scale));
        }
        // Files of quantised weights for each combination.
        Assert.Equal(3, Directory.GetFiles(mine, "*.levo").Select(file => Path.GetFileName(file).Split('.')[1]).Distinct().Count());
        var error = Assert.Throws<ModelLoadException>(() => LeVoModel.Load(
            new LeVoOptions { ModelPath = At("tuned"), Adapters = [whole] }));
        Assert.Contains("adapter of another model", error.Message);
    }

    private static async Task<(string Tokens, ModelInfo Info)> TokensAsync(
        string path, ModelBackend backend, params ModelAdapter[] adapters)
    {
        using LeVoModel model = LeVoModel.Load(new LeVoOptions { ModelPath = path, Backend = backend, Adapters = adapters });
        SongTokens tokens = await model.CreateTokenGenerator().GenerateTokensAsync(new SongRequest
        {
            Lyrics = Lyrics.Parse("[verse] la mo"),
            Duration = TimeSpan.FromSeconds(2),
            Seed = 3,
        }, cancellationToken: Token);
        return (string.Join(' ', Enumerable.Range(0, 3).SelectMany(row => tokens.Row((SongPart)row).ToArray())), model.Info);
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

    /// <summary>Keeps the lines of the library's training.</summary>
    private sealed class Lines : ILoggerFactory, ILogger
    {
        public List<string> Texts { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Information)
                Texts.Add(formatter(state, exception));
        }
    }
}
