using LeVo.Core.Checkpoints;

namespace LeVo.Core.Tests.Checkpoints;

public sealed class TensorNamesTests
{
    private static readonly HashSet<string> Known = ["emb.0.weight", "transformer.model.norm.weight", "mlp.0.bias"];

    [Theory]
    [InlineData("")]
    [InlineData("audiolm.")]
    [InlineData("module.")]
    [InlineData("_orig_mod.")]
    [InlineData("model.module.audiolm.")]
    [InlineData("module._orig_mod.model.audiolm.")]
    [InlineData("state_dict.audiolm.")]
    [InlineData("best_state.model.")]
    public void APrefixOfAllNamesIsFound(string prefix)
    {
        string[] names = [.. Known.Select(name => prefix + name), "optimizer.state.0.exp_avg", "epoch"];
        string found = TensorNames.Prefix(names, Known)!;
        Assert.Equal(Known.Order(), names.Take(Known.Count).Select(name => TensorNames.Strip(name, found)!).Order());
    }

    [Fact]
    public void TheFirstOfSeveralDictionariesWithTheSameNamesIsTaken()
    {
        string[] ema = [.. Known.Select(name => "ema." + name)], model = [.. Known.Select(name => "model." + name)];
        string[] state = [.. Known.Select(name => "state_dict." + name)], other = [.. Known.Select(name => "a." + name)];
        Assert.Equal("model.", TensorNames.Prefix([.. ema, .. model, .. other], Known));
        Assert.Equal("state_dict.", TensorNames.Prefix([.. ema, .. model, .. state], Known));
        Assert.Equal("ema.", TensorNames.Prefix([.. ema, .. model.Take(2), .. other], Known));
        Assert.Equal("", TensorNames.Prefix([.. state, .. Known], Known));
    }

    [Fact]
    public void CompiledPartsWithinANameAreRemoved() =>
        Assert.Equal("transformer.model.norm.weight", TensorNames.Strip("audiolm.transformer._orig_mod.model.norm.weight",
            TensorNames.Prefix(["audiolm.transformer._orig_mod.model.norm.weight"], Known)!));

    [Fact]
    public void NamesOfAnotherModelHaveNoPrefix() => Assert.Null(TensorNames.Prefix(["unet.down.0.weight", "emb"], Known));
}
