using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Tokens;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LeVo.Core.Tests.Generation;

/// <summary>One setting leaves the others as they are.</summary>
public sealed class GenerationOptionsTests(TinyModelFolder folder) : IClassFixture<TinyModelFolder>
{
    /// <summary>The folder's own values, with one setting of the application's.</summary>
    private static readonly GenerationOptions Expected =
        GenerationOptions.Of(new(0.9, 7, 2, 9)) with { Temperature = 0.7 };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void OptionsOverlayTheModelFolder()
    {
        using LeVoModel model = LeVoModel.Load(new LeVoOptions
        {
            ModelPath = folder.Path,
            Generation = new() { Temperature = 0.7 },
        });
        Assert.Equal(Expected, model.Info.Options);
        using LeVoModel plain = LeVoModel.Load(folder.Path);
        Assert.Equal(Expected with { Temperature = 0.9 }, plain.Info.Options);
    }

    [Fact]
    public void ConfigurationOverlaysTheModelFolder()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["LeVo:ModelPath"] = folder.Path,
            ["LeVo:Generation:Temperature"] = "0.7",
        }).Build();
        var services = new ServiceCollection();
        services.AddLeVo();
        services.Configure<LeVoOptions>(configuration.GetSection("LeVo"));
        using ServiceProvider provider = services.BuildServiceProvider();
        Assert.Equal(new() { Temperature = 0.7 }, provider.GetRequiredService<IOptions<LeVoOptions>>().Value.Generation);
        Assert.Equal(Expected, provider.GetRequiredService<ITokenGenerator>().Model.Options);
    }

    [Fact]
    public async Task ARequestOverlaysTheModel()
    {
        using LeVoModel model = ScriptedEngine.Model(new());
        Song song = await new SongGenerator(model.CreateTokenGenerator(), new ToneCodec()).GenerateAsync(
            new() { Part = SongPart.Accompaniment, Options = new() { TopP = 0.5 } }, null, Ct);
        Assert.Equal(GenerationOptions.Released with { TopK = 4, TopP = 0.5 }, song.Request.Options);
    }

    [Fact]
    public void EverySettingCanBeOverlaid()
    {
        var all = new GenerationOptions
        {
            Temperature = 0,
            TopK = 0,
            TopP = 1,
            Guidance = 0,
            PenalizeRepetition = false,
            RepetitionWindow = 0,
            RepetitionPenalty = 2,
            UseSampling = false,
        };
        Assert.Equal(all, all.Over(GenerationOptions.Released));
        Assert.Equal(GenerationOptions.Released, new GenerationOptions().Over(GenerationOptions.Released));
        Assert.All(typeof(GenerationOptions).GetProperties(),
            property => Assert.NotNull(property.GetValue(GenerationOptions.Released)));
    }
}
