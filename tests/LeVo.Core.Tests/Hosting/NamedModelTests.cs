using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Hosting;
using LeVo.Core.Model;
using LeVo.Core.Tests.Generation;
using LeVo.Core.Tokens;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LeVo.Core.Tests.Hosting;

/// <summary>Several models in one container.</summary>
public sealed class NamedModelTests
{
    private static readonly SongRequest Request = new() { Part = SongPart.Accompaniment, Seed = 1 };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EachNameHasItsOwnServices()
    {
        using LeVoModel unnamed = ScriptedEngine.Model(new()), first = ScriptedEngine.Model(new()),
            second = ScriptedEngine.Model(new());
        ToneCodec[] codecs = [new(), new(), new()];
        var services = new ServiceCollection();
        services.AddLeVo(o => o.ModelPath = ".");
        services.AddLeVo("first", o => o.ModelPath = ".");
        services.AddLeVo("second", o => o.ModelPath = ".");
        services.AddSingleton(unnamed).AddKeyedSingleton("first", first).AddKeyedSingleton("second", second);
        services.AddSingleton<IMusicCodec>(codecs[0]).AddKeyedSingleton<IMusicCodec>("first", codecs[1])
            .AddKeyedSingleton<IMusicCodec>("second", codecs[2]);
        await using ServiceProvider provider = services.BuildServiceProvider();
        foreach ((string? key, LeVoModel model, ToneCodec codec) in ((string?, LeVoModel, ToneCodec)[])
            [(null, unnamed, codecs[0]), ("first", first, codecs[1]), ("second", second, codecs[2])])
        {
            Assert.Same(model, provider.GetRequiredKeyedService<LeVoModel>(key));
            Assert.Same(model.Info, provider.GetRequiredKeyedService<ITokenGenerator>(key).Model);
            Song song = await provider.GetRequiredKeyedService<ISongGenerator>(key).GenerateAsync(Request, null, Ct);
            Assert.Same(model.Info, song.Model);
            Assert.Single(codec.Decodes);
        }
    }

    [Fact]
    public void EachNameHasItsOwnOptionsAndTheirProblems()
    {
        var services = new ServiceCollection();
        services.AddLeVo(o => o.ModelPath = ".");
        services.AddLeVo("small", o => (o.ModelPath, o.Threads) = (".", 3));
        services.AddLeVo("broken", o => (o.ModelPath, o.Device) = ("", "gpu"));
        using ServiceProvider provider = services.BuildServiceProvider();
        Assert.Null(provider.OptionsOf<LeVoOptions>(null).Threads);
        Assert.Equal(3, provider.OptionsOf<LeVoOptions>("small").Threads);
        OptionsValidationException refused = Assert.Throws<OptionsValidationException>(
            () => provider.GetRequiredService<IStartupValidator>().Validate());
        Assert.Equal(2, refused.Failures.Count());
        Assert.All(refused.Failures, failure => Assert.StartsWith("Model 'broken': ", failure));
        Assert.Throws<OptionsValidationException>(() => provider.GetRequiredKeyedService<LeVoModel>("broken"));
    }

    [Fact]
    public void ANameIsUsedOnce()
    {
        var services = new ServiceCollection();
        services.AddLeVo("one", _ => { });
        services.AddLeVo();
        Assert.Contains("AddLeVo(\"name\", ...)",
            Assert.Throws<InvalidOperationException>(() => services.AddLeVo(_ => { })).Message);
        Assert.Contains("'one'", Assert.Throws<InvalidOperationException>(() => services.AddLeVo("one", _ => { })).Message);
        Assert.Throws<ArgumentException>(() => services.AddLeVo(" ", _ => { }));
    }

    [Fact]
    public void AMissingCodecIsNamedWithItsModel()
    {
        var services = new ServiceCollection();
        services.AddLeVo("one", o => o.ModelPath = ".");
        services.AddSingleton<IMusicCodec, ToneCodec>(); // the unnamed model's
        using ServiceProvider provider = services.BuildServiceProvider();
        InvalidOperationException missing = Assert.Throws<InvalidOperationException>(
            () => provider.GetRequiredKeyedService<ISongGenerator>("one"));
        Assert.Contains("AddLeVo(\"one\", ...)", missing.Message);
        Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<ISongGenerator>()); // there is none
    }
}
