# One static library for each layer. A layer links only the layers that it may include, so a header from a layer
# above is not even found by its compiler; tests/architecture holds the same rule for the text of the includes.

add_library(sessgate_options INTERFACE)
target_compile_options(sessgate_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
    -Woverloaded-virtual -Wnull-dereference
    $<$<BOOL:${SESSGATE_WARNINGS_AS_ERRORS}>:-Werror>
    # g++ 12 reports null dereferences and uninitialised members inside optimised standard library code, and takes the
    # two halves of Asio's frame allocator for strangers when only one of them was inlined.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-null-dereference -Wno-maybe-uninitialized -Wno-mismatched-new-delete>)

# Asio and Beast are compiled once, here, and not again in every file that includes them.
add_library(sessgate_asio STATIC ${CMAKE_CURRENT_SOURCE_DIR}/src/asio.cpp)
target_compile_definitions(sessgate_asio PUBLIC
    BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
    BOOST_ASIO_DISABLE_BOOST_REGEX BOOST_ASIO_DISABLE_BOOST_CONTEXT_FIBER
    # Coroutine frames that a thread keeps for reuse. A request nests eight of them; Asio's own number is two, and each
    # of the others then cost a memalign.
    BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=16)
target_link_libraries(sessgate_asio PUBLIC Boost::headers Threads::Threads)

function(sessgate_layer name)
    cmake_parse_arguments(arg "" "" "LINKS;PRIVATE_LINKS" ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
    if(NOT sources)
        # Headers only, as ports are.
        add_library(sessgate_${name} INTERFACE)
        target_include_directories(sessgate_${name} INTERFACE ${CMAKE_SOURCE_DIR}/include)
        target_link_libraries(sessgate_${name} INTERFACE ${arg_LINKS})
        return()
    endif()
    add_library(sessgate_${name} STATIC ${sources})
    target_include_directories(sessgate_${name} PUBLIC ${CMAKE_SOURCE_DIR}/include PRIVATE ${CMAKE_SOURCE_DIR}/src)
    target_compile_definitions(sessgate_${name} PRIVATE SESSGATE_VERSION="${PROJECT_VERSION}")
    target_link_libraries(sessgate_${name} PUBLIC ${arg_LINKS} PRIVATE sessgate_options ${arg_PRIVATE_LINKS})
endfunction()

# Gives layer `name` the text of `file` as `extern const std::string_view sessgate::<name>::<variable>`.
function(sessgate_embed name file variable)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${file})
    file(READ ${CMAKE_SOURCE_DIR}/${file} text)
    # In pieces: a string literal may not be longer than 64 KiB in standard C++, and some compilers hold to it.
    string(LENGTH "${text}" length)
    set(literal "")
    foreach(start RANGE 0 ${length} 8000)
        string(SUBSTRING "${text}" ${start} 8000 piece)
        string(APPEND literal "    R\"document(${piece})document\"\n")
    endforeach()
    set(source ${CMAKE_BINARY_DIR}/generated/${variable}.cpp)
    file(CONFIGURE OUTPUT ${source} CONTENT
"#include <string_view>

namespace sessgate::${name} {
extern const std::string_view ${variable};
const std::string_view ${variable} =
@literal@    \"\";
}  // namespace sessgate::${name}
" @ONLY)
    target_sources(sessgate_${name} PRIVATE ${source})
endfunction()
