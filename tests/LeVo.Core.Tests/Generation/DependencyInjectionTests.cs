using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Hosting;
using LeVo.Core.Model;
using LeVo.Core.Text;
using LeVo.Core.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LeVo.Core.Tests.Generation;

public sealed class DependencyInjectionTests
{
    [Fact]
    public void EveryPartCanBeReplaced()
    {
        using LeVoModel model = ScriptedEngine.Model(new());
        var songs = new FakeSongs();
        var codec = new ToneCodec();
        using ServiceProvider before = new ServiceCollection().AddSingleton<ISongGenerator>(songs).AddSingleton(model)
            .AddLeVo(o => o.ModelPath = ".").Services.BuildServiceProvider();
        Assert.Same(songs, before.GetRequiredService<ISongGenerator>());
        Assert.Same(model, before.GetRequiredService<LeVoModel>());

        ServiceCollection services = new();
        services.AddLeVo(o => o.ModelPath = ".");
        services.AddSingleton(model).AddSingleton<IMusicCodec>(codec).AddSingleton<ITokenGenerator>(new FakeTokens());
        using ServiceProvider after = services.BuildServiceProvider();
        Assert.IsType<LoadedSongGenerator>(after.GetRequiredService<ISongGenerator>());
        Assert.IsType<FakeTokens>(after.GetRequiredService<ITokenGenerator>());
    }

    [Fact]
    public async Task TheWholePathRunsOnReplacedParts()
    {
        using ServiceProvider provider = new ServiceCollection().AddSingleton<IMusicCodec, ToneCodec>()
            .AddSingleton<ITokenGenerator, FakeTokens>().AddLeVo(o => o.ModelPath = ".").Services
            .BuildServiceProvider();
        Song song = await provider.GetRequiredService<ISongGenerator>().GenerateAsync(
            new() { Part = SongPart.Accompaniment }, null, TestContext.Current.CancellationToken);
        Assert.Equal(12, song.Audio.Length);
    }

    [Fact]
    public void AMissingCodecIsNamed()
    {
        using ServiceProvider provider = new ServiceCollection().AddSingleton<ITokenGenerator, FakeTokens>()
            .AddLeVo(o => o.ModelPath = ".").Services.BuildServiceProvider();
        InvalidOperationException missing =
            Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<ISongGenerator>());
        Assert.Contains("AddMusicCodec()", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OptionsAreCheckedAtTheStart()
    {
        ServiceCollection services = new();
        services.AddLeVo(o =>
        {
            o.ModelPath = "/no/such/folder";
            o.Device = "gpu0";
            o.Generation = new() { TopP = 2 };
        });
        using ServiceProvider provider = services.BuildServiceProvider();
        OptionsValidationException refused = Assert.Throws<OptionsValidationException>(
            () => provider.GetRequiredService<IStartupValidator>().Validate());
        Assert.Equal(3, refused.Failures.Count());
        Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<LeVoModel>());
        Assert.Throws<ArgumentException>(() => LeVoModel.Load(new LeVoOptions { ModelPath = ".", Device = "cuda:x" }));
        Assert.Throws<ModelLoadException>(() => LeVoModel.Load(Path.GetTempPath()));
    }

    private sealed class FakeSongs : ISongGenerator
    {
        public IReadOnlyList<SongFinding> Check(SongRequest request) => [];

        public Task<Song> DecodeAsync(SongTokens tokens, SongRequest request,
            IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public Task<Song> GenerateAsync(SongRequest request, IProgress<GenerationProgress>? progress = null,
            CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public SongStream StreamAsync(SongRequest request,
            IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();
    }

    private sealed class FakeTokens : ITokenGenerator
    {
        public ModelInfo Model { get; } = new("fake", "", 25, TimeSpan.FromSeconds(1), new());

        public IReadOnlyList<SongFinding> Check(SongRequest request) => [];

        public IAsyncEnumerable<TokenFrame> GenerateFramesAsync(SongRequest request,
            IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default) =>
            new TokenFrame[] { new(0, 1, 2, 3), new(1, 4, 5, 6), new(2, 7, 8, 9) }.ToAsyncEnumerable();
    }
}
