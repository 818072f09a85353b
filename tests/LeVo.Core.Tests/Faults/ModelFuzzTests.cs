using LeVo.Core.Model;
using LeVo.Core.Tests.Generation;
using LeVo.Testing;
using LeVo.Testing.Faults;

namespace LeVo.Core.Tests.Faults;

/// <summary>A whole model loaded with a damaged file: what one reader lets pass may trouble the next.</summary>
public sealed class ModelFuzzTests(TinyModelFolder folder) : IClassFixture<TinyModelFolder>
{
    [Theory]
    [InlineData("config.yaml")]
    [InlineData("conf/vocab.yaml")]
    [InlineData("model.safetensors")]
    public void ALoadEndsWellOrInOneError(string name)
    {
        string path = Path.Combine(folder.Path, name);
        byte[] good = File.ReadAllBytes(path);
        try
        {
            var target = new FuzzTarget("model with a damaged " + name.Replace('/', ' '), [good], input =>
            {
                File.WriteAllBytes(path, input);
                using LeVoModel model = LeVoModel.Load(folder.Path);
                model.Check(Core.Text.Lyrics.Parse("[verse] oh"));
            }, typeof(ModelLoadException));
            int inputs = Math.Max(1, LongChecks.Count("LEVO_FUZZ_INPUTS", 20_000) / 200);
            Assert.InRange(Fuzzer.Run(target, inputs, LongChecks.Count("LEVO_FUZZ_SEED", 1)), 1, inputs - 1);
        }
        finally
        {
            File.WriteAllBytes(path, good);
        }
    }
}
