using System.Text.Json;
using LeVo.Alignment.Training;
using LeVo.Core.Runtime;
using LeVo.Testing;
using static TorchSharp.torch;

namespace LeVo.Alignment.Tests.Training;

public sealed class EndTokensGoldenTests
{
    public static TheoryData<string> Files => GoldenFiles.Named("train_helpers");

    [Trait("Category", "Golden")]
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Files))]
    public void EndTokensAgree(string relative)
    {
        using var golden = new GoldenTensors(relative);
        using var scope = NewDisposeScope();
        using JsonDocument cases = JsonDocument.Parse(golden.Metadata["cases"]);
        foreach (JsonProperty one in cases.RootElement.EnumerateObject())
        {
            Tensor codes = golden.Read(one.Name + ".x"), before = codes.clone();
            int[] lengths = [.. golden.Read(one.Name + ".lengths").data<long>().Select(length => (int)length)];
            (Tensor closed, Tensor valid) = EndTokens.Append(codes, lengths, one.Value.GetProperty("end_id").GetInt64());
            golden.CompareExact(one.Name + ".out", closed);
            golden.CompareExact(one.Name + ".mask", valid);
            Assert.True(codes.Equals(before), "the input changed");
        }
        golden.Complete();
    }

    [Fact]
    public void LengthsThatCannotFitAreAnError()
    {
        LeVoRuntime.EnsureTorch();
        using Tensor codes = zeros([2, 3, 4], int64);
        Assert.Throws<ArgumentException>(() => EndTokens.Append(codes, [9, 2], 64));
        Assert.Throws<ArgumentException>(() => EndTokens.Append(codes, [4], 64));
    }
}
